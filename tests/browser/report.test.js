// Opens pages of the built binary in a real browser: a citation leads to its line and back, nothing is loaded or run,
// and the page is accessible. What the markup itself must hold is tested in ../html.rs.
//
// `run` does everything; CHROMIUM and PULLAN say where the browser and the program are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const root = new URL('../..', import.meta.url).pathname;
const program = process.env.PULLAN ?? join(root, 'target/debug/pullan');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const inputs = ['two-causes.txt', 'whole-guide.md', 'forty-pods.txt', 'events-timeout.txt', 'prose.txt', 'crash-and-pull.txt'];

let browser;
const folder = mkdtempSync(join(tmpdir(), 'pullan-browser-'));

before(async () => {
  // A profile of its own, which playwright makes and removes, and nothing that asks the network.
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Writes the report of an input; its address. */
function report(input, language = 'en') {
  const file = join(folder, `${input}.${language}.html`);
  const run = () => execFileSync(program, ['analyze', '--format', 'html', '--lang', language, input], { cwd: join(root, 'tests/render') });
  let page;
  try {
    page = run();
  } catch (error) {
    // 1: a diagnosis was made; 3: nothing was recognised.
    assert.ok([1, 3].includes(error.status), error.stderr?.toString());
    page = error.stdout;
  }
  writeFileSync(file, page);
  return pathToFileURL(file).href;
}

/** Opens a page and says afterwards what it complained of and asked for. */
async function open(address, options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(address);
  await use(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

for (const javaScriptEnabled of [true, false]) {
  test(`a citation leads to its line and back, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    await open(report('two-causes.txt'), { javaScriptEnabled }, async (page) => {
      const proof = page.locator('#d1-e1');
      const citation = proof.locator('figcaption a').first();
      const target = await citation.getAttribute('href');
      const line = page.locator(`.source ${target}`);
      assert.equal(await isInView(line), false, 'the line is not in view before');
      await citation.click();
      assert.equal(new URL(page.url()).hash, target);
      assert.equal(await isInView(line), true, 'the line is in view');
      assert.equal(await page.locator('.l:target').count(), 1);
      assert.notEqual(await line.evaluate((node) => getComputedStyle(node).outlineStyle), 'none', 'the line is highlighted');
      assert.equal(await line.locator('mark').first().textContent(), await proof.locator('mark').first().textContent());
      await line.locator('a[href="#d1-e1"]').click();
      assert.equal(new URL(page.url()).hash, '#d1-e1');
      assert.equal(await isInView(proof), true, 'back at the proof');
    });
  });
}

test('the keyboard alone does the same', async () => {
  await open(report('two-causes.txt'), {}, async (page) => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#findings', 'the first stop skips the contents');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.match(new URL(page.url()).hash, /^#s1-L\d+$/);
    assert.equal(await page.locator('.l:target').count(), 1);
  });
});

test('the map leads to the finding whose cause lies there', async () => {
  await open(report('two-causes.txt'), {}, async (page) => {
    await page.locator('#map a[href="#d2"]').first().click();
    assert.equal(new URL(page.url()).hash, '#d2');
    assert.equal(await isInView(page.locator('#d2 h3')), true);
  });
});

describe('every page', () => {
  for (const input of inputs) {
    for (const language of ['en', 'ko']) {
      test(`${input} in ${language} fits a telephone and a desk`, async () => {
        for (const width of [390, 1280]) {
          await open(report(input, language), { viewport: { width, height: 800 } }, async (page) => {
            const wide = await page.evaluate(() => document.documentElement.scrollWidth);
            assert.ok(wide <= width, `${wide} > ${width}`);
          });
        }
      });
    }
  }
  for (const input of inputs) {
    for (const colorScheme of ['light', 'dark']) {
      test(`${input} is accessible in ${colorScheme}`, async () => {
        // axe needs to run in the page, which the policy of the page forbids to everybody else.
        await open(report(input, 'ko'), { colorScheme, bypassCSP: true }, async (page) => {
          await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
          await page.evaluate(readFileSync(require.resolve('axe-core'), 'utf8'));
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }));
          assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200), nodes[0].failureSummary]), []);
        });
      });
    }
  }
});

/** Whether the beginning of an element is inside the window. */
async function isInView(element) {
  return element.evaluate((node) => {
    const { top } = node.getBoundingClientRect();
    return top >= 0 && top < innerHeight;
  });
}
