// Opens pages of the built binary in a real browser: a citation leads to its line and back, nothing is loaded or run,
// and the page is accessible. What the markup itself must hold is tested in ../html.rs.
//
// `run` does everything; CHROMIUM and PULLAN say where the browser and the program are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { assertAccessible, assertFits, isInView, launch, open as openIn } from './chromium.js';

const root = new URL('../..', import.meta.url).pathname;
const program = process.env.PULLAN ?? join(root, 'target/debug/pullan');
const inputs = ['two-causes.txt', 'whole-guide.md', 'forty-pods.txt', 'events-timeout.txt', 'prose.txt', 'crash-and-pull.txt'];

let browser;
const folder = mkdtempSync(join(tmpdir(), 'pullan-browser-'));

before(async () => {
  browser = await launch();
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

const open = (address, options, use) => openIn(browser, address, options, use);

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
          await open(report(input, language), { viewport: { width, height: 800 } }, assertFits);
        }
      });
    }
  }
  for (const input of inputs) {
    for (const colorScheme of ['light', 'dark']) {
      test(`${input} is accessible in ${colorScheme}`, async () => {
        await open(report(input, 'ko'), { colorScheme, bypassCSP: true }, async (page) => {
          await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
          await assertAccessible(page);
        });
      });
    }
  }
});
