// Uses the page that crates/web/build makes, from disk and in a real browser, as a person would: paste, choose, drop, read, save.
//
// `run` does everything; CHROMIUM and PULLAN say where the browser and the program are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { assertAccessible, assertFits, isInView, launch, open as openIn } from './chromium.js';

const root = new URL('../..', import.meta.url).pathname;
const program = process.env.PULLAN ?? join(root, 'target/debug/pullan');
const file = join(root, 'target/web/pullan.html');
const address = pathToFileURL(file).href;
const skip = existsSync(file) ? false : 'crates/web/build has not been run';
const guide = join(root, 'corpus/kube-proxy/guide-timeout-with-network-evidence');
const input = (name) => readFileSync(join(guide, name), 'utf8');
const words = JSON.parse(readFileSync(join(root, 'crates/web/page/words.json'), 'utf8'));

let browser;
const folder = mkdtempSync(join(tmpdir(), 'pullan-browser-'));

before(async () => {
  if (!skip) browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const open = (options, use) => openIn(browser, address, options, use);
const report = (page) => page.frameLocator('#report');

/** Waits until a report is there. */
async function reported(page) {
  await page.locator('#result').waitFor();
  await report(page).locator('footer').waitFor();
}

async function analyze(page, text) {
  await page.locator('#paste').fill(text);
  await page.getByRole('button', { name: /^(Analyze|분석)$/ }).click();
  await reported(page);
}

/** Saves what a button offers; its text. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()]);
  return [download.suggestedFilename(), readFileSync(await download.path(), 'utf8')];
}

/** What the program says of a paste. */
function told(text, ...options) {
  const own = mkdtempSync(join(folder, 'paste-'));
  writeFileSync(join(own, 'paste.txt'), text);
  try {
    return execFileSync(program, [...options, 'paste.txt'], { cwd: own, encoding: 'utf8' });
  } catch (error) {
    assert.ok([1, 3].includes(error.status), error.stderr?.toString());
    return error.stdout;
  }
}

describe('the page', { skip }, () => {
  test('a pasted text is diagnosed, and a citation leads to its line', async () => {
    await open({}, async (page) => {
      await analyze(page, input('events-timeout.txt'));
      assert.equal(await page.locator('#status').textContent(), 'One finding.');
      const frame = report(page);
      const citation = frame.locator('#d1-e1 figcaption a').first();
      assert.equal(await citation.textContent(), 'paste.txt:4:211');
      const line = frame.locator('#s1-L4');
      assert.equal(await isInView(line), false, 'the line is not in view before');
      await citation.click();
      assert.equal(await frame.locator('.l:target').getAttribute('id'), 's1-L4');
      assert.equal(await isInView(line), true, 'the line is in view');
      assert.equal(await page.evaluate(() => location.hash), '', 'the page itself stays where it is');
      await line.locator('a[href="#d1-e1"]').click();
      assert.equal(await isInView(frame.locator('#d1-e1')), true, 'back at the proof');
    });
  });

  test('the keyboard alone does the same', async () => {
    await open({}, async (page) => {
      await page.locator('#paste').fill(input('events-timeout.txt'));
      await page.locator('#paste').press('Control+Enter');
      await reported(page);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'result-heading');
      const citation = report(page).locator('#d1-e1 figcaption a').first();
      for (let stops = 0; stops < 20 && !(await citation.evaluate((node) => node.matches(':focus'))); stops++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.equal(await report(page).locator('.l:target').getAttribute('id'), 's1-L4');
    });
  });

  test('chosen and dropped files are read together with the paste', async () => {
    await open({}, async (page) => {
      await page.locator('#paste').fill(input('events-timeout.txt'));
      await page.locator('#choose').setInputFiles([join(guide, 'netstat.txt')]);
      const dropped = await page.evaluateHandle(([log, telnet]) => {
        const data = new DataTransfer();
        data.items.add(new File([log], 'kube-proxy.log'));
        data.items.add(new File([telnet], 'telnet.txt'));
        return data;
      }, [input('kube-proxy.log'), input('telnet.txt')]);
      await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
      assert.deepEqual(await page.locator('#files code').allTextContents(), ['netstat.txt', 'kube-proxy.log', 'telnet.txt']);
      await page.getByRole('button', { name: 'Analyze' }).click();
      await reported(page);
      assert.equal(await report(page).locator('#d1 .tags code').textContent(), 'kp-ipvs-localhost-nodeport');
      assert.match((await report(page).locator('#d1 figcaption').allTextContents()).join(), /paste\.txt.*kube-proxy\.log.*netstat\.txt/);
      await page.getByRole('button', { name: 'Remove kube-proxy.log' }).click();
      assert.deepEqual(await page.locator('#files code').allTextContents(), ['netstat.txt', 'telnet.txt']);
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Remove telnet.txt');
    });
  });

  test('an archive is opened', async () => {
    await open({}, async (page) => {
      await page.locator('#choose').setInputFiles([join(root, 'tests/archives/guide.zip')]);
      await page.getByRole('button', { name: 'Analyze' }).click();
      await reported(page);
      assert.match(await report(page).locator('#input').textContent(), /guide\.zip!.*events-401\.txt/);
    });
  });

  test('what is saved and copied is what the program writes', async () => {
    const text = input('events-timeout.txt');
    await open({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await analyze(page, text);
      assert.deepEqual(await saved(page, '#save-json'), ['pullan-report.json', told(text, 'analyze', '--format', 'json', '--lang', 'en')]);
      assert.deepEqual(await saved(page, '#save-html'), ['pullan-report.html', told(text, 'analyze', '--format', 'html', '--lang', 'en')]);
      await page.locator('#copy').click();
      await page.getByText(words.en['status-copied']).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), told(text, 'analyze', '--format', 'markdown', '--lang', 'en'));
    });
  });

  test('names are replaced everywhere when that is asked for', async () => {
    const text = 'Failed to pull image "hub.acme.com/billing/ledger:1.4": dial tcp 10.20.0.7:443: connect: connection refused\n';
    await open({}, async (page) => {
      await analyze(page, text);
      assert.equal(await page.locator('#save-redacted').isVisible(), false);
      await page.locator('#redact').check();
      await page.locator('#save-redacted').waitFor();
      assert.deepEqual(await saved(page, '#save-redacted'), ['pullan-redacted.txt', told(text, 'redact')]);
      const [, json] = await saved(page, '#save-json');
      assert.equal(json, told(text, 'analyze', '--redact', '--format', 'json', '--lang', 'en'));
      assert.doesNotMatch(json + (await report(page).locator('body').textContent()), /acme|ledger|10\.20\.0\.7/);
    });
  });

  test('it speaks Korean where the browser does, and when asked', async () => {
    assert.deepEqual(Object.keys(words.ko), Object.keys(words.en));
    const holes = (text) => text.match(/\{\w+\}/g)?.sort();
    for (const key of Object.keys(words.en)) assert.deepEqual(holes(words.ko[key]), holes(words.en[key]), key);
    await open({ locale: 'ko-KR' }, async (page) => {
      assert.equal(await page.locator('h1').textContent(), words.ko.heading);
      await analyze(page, input('events-timeout.txt'));
      assert.equal(await report(page).locator('html').getAttribute('lang'), 'ko');
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByText('One finding.').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      await report(page).locator('html[lang=en]').waitFor();
    });
    await open({ locale: 'fr-FR' }, async (page) => {
      assert.equal(await page.locator('h1').textContent(), words.en.heading);
      await page.getByRole('button', { name: '한국어' }).click();
      assert.equal(await page.locator('h1').textContent(), words.ko.heading);
    });
  });

  test('hostile text and names stay text', async () => {
    const attack = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'><svg onload=alert(3)>\u202e\u001b[31m';
    await open({}, async (page) => {
      await page.locator('#paste').fill(`Failed to pull image "r.example/${attack}:1": dial tcp 10.0.0.1:443: connect: connection refused\n${attack}`);
      await page.locator('#choose').setInputFiles({ name: `${attack.replaceAll('/', '')}.txt`, mimeType: 'text/html', buffer: Buffer.from(attack) });
      await page.getByRole('button', { name: 'Analyze' }).click();
      await reported(page);
      for (const scope of [page.locator('main'), report(page).locator('html')]) {
        assert.equal(await scope.locator('script, img, [onload], [onerror]').count(), 0);
      }
      assert.match(await report(page).locator('#input').textContent(), /<img src=x onerror=alert\(2\)>/);
    });
  });

  test('states: empty, an example, under way, cancelled, cleared', async () => {
    await open({}, async (page) => {
      const status = page.locator('#status');
      await page.getByRole('button', { name: 'Analyze' }).click();
      assert.equal(await status.textContent(), words.en['status-empty']);
      await page.getByRole('button', { name: 'Show an example' }).click();
      await reported(page);
      assert.equal(await report(page).locator('#d1 .tags code').textContent(), 'auth-no-credentials');
      assert.equal(await page.locator('#example').isVisible(), false, 'the example would replace the text');
      await page.getByRole('button', { name: 'Clear' }).click();
      assert.equal(await page.locator('#result').isVisible(), false);
      assert.equal(await page.locator('#paste').inputValue(), '');

      // Long enough to look at the page meanwhile.
      const line = 'I0521 07:00:55.180954       1 reconciler.go:161] "operationExecutor.VerifyControllerAttachedVolume started"\n';
      writeFileSync(join(folder, 'long.log'), line.repeat(300_000));
      await page.locator('#choose').setInputFiles([join(folder, 'long.log')]);
      await page.getByRole('button', { name: 'Analyze' }).click();
      await page.getByText('Analyzing 32 MB…').waitFor();
      assert.equal(await page.locator('#form').getAttribute('aria-busy'), 'true');
      const pause = await page.evaluate(async () => {
        let longest = 0;
        let before = performance.now();
        for (let ticks = 0; ticks < 30; ticks++) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          longest = Math.max(longest, performance.now() - before);
          before = performance.now();
        }
        return longest;
      });
      assert.ok(pause < 500, `the page stood still for ${pause} ms`);
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.equal(await status.textContent(), words.en['status-cancelled']);
      assert.equal(await page.locator('#form').getAttribute('aria-busy'), null);
    });
  });

  test('a file that is gone and a module that breaks say so, and the next analysis works', async () => {
    await open({}, async (page) => {
      const gone = join(folder, 'gone.txt');
      writeFileSync(gone, 'hello\n');
      await page.locator('#choose').setInputFiles([gone]);
      rmSync(gone);
      await page.getByRole('button', { name: 'Analyze' }).click();
      await page.getByText('gone.txt cannot be read').waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      const module = await page.evaluate(() => {
        const block = document.getElementById('module');
        const whole = block.textContent;
        block.textContent = '\nAAAA\n';
        return whole;
      });
      await page.locator('#paste').fill(input('events-timeout.txt'));
      await page.getByRole('button', { name: 'Analyze' }).click();
      await page.getByText('The analysis broke off').waitFor();
      await page.evaluate((whole) => { document.getElementById('module').textContent = whole; }, module);
      await page.getByRole('button', { name: 'Analyze' }).click();
      await reported(page);
    });
  });

  test('a text without a failure and a text that is nothing known say so', async () => {
    await open({}, async (page) => {
      await analyze(page, 'hello\n');
      assert.equal(await page.locator('#status').textContent(), words.en['status-none']);
      assert.match(await report(page).locator('#findings').textContent(), /kubectl describe/);
    });
  });

  for (const [width, colorScheme, locale] of [[1280, 'light', 'en-US'], [1280, 'dark', 'ko-KR'], [390, 'light', 'ko-KR'], [320, 'dark', 'en-US']]) {
    test(`it fits and is accessible at ${width}, ${colorScheme}, ${locale}`, async () => {
      await open({ viewport: { width, height: 800 }, colorScheme, locale, bypassCSP: true }, async (page) => {
        await assertFits(page);
        await assertAccessible(page);
        await page.locator('#choose').setInputFiles([join(guide, 'netstat.txt')]);
        await analyze(page, input('events-timeout.txt'));
        await assertFits(page);
        await assertAccessible(page);
      });
    });
  }

  test('no way out: nothing that a script could try reaches a server', async () => {
    const asked = [];
    const server = createServer((request, response) => {
      asked.push(request.url.slice(1).split('?')[0]);
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const out = `http://127.0.0.1:${server.address().port}`;
    const plain = join(folder, 'plain.html');
    writeFileSync(plain, '<!DOCTYPE html><title>without a policy</title>');
    try {
      for (const from of [pathToFileURL(plain).href, address]) {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(from);
        await page.evaluate(tryEverything, out);
        await page.waitForTimeout(1_000);
        await context.close();
        if (from === address) assert.deepEqual(asked, [], 'nothing came through');
        // Without the policy all of them do, so the test can tell.
        else assert.deepEqual([...new Set(asked.splice(0))].sort(), ['beacon', 'fetch', 'font', 'form', 'frame', 'image', 'import', 'script', 'socket', 'source', 'style', 'worker', 'xhr']);
      }
    } finally {
      server.close();
    }
  });
});

/** Every way in which a page can send something without being left. It runs in the page. */
async function tryEverything(out) {
  const attempt = (act) => { try { return act(); } catch { return undefined; } };
  const add = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties));
  attempt(() => fetch(`${out}/fetch`, { mode: 'no-cors' }).catch(() => {}));
  attempt(() => { const request = new XMLHttpRequest(); request.open('GET', `${out}/xhr`); request.send(); });
  attempt(() => navigator.sendBeacon(`${out}/beacon`, 'x'));
  attempt(() => new WebSocket(`${out.replace('http', 'ws')}/socket`));
  attempt(() => new EventSource(`${out}/source`));
  attempt(() => import(`${out}/import`).catch(() => {}));
  attempt(() => new FontFace('f', `url(${out}/font)`).load().catch(() => {}));
  attempt(() => new Worker(URL.createObjectURL(new Blob([`fetch('${out}/worker', { mode: 'no-cors' })`]))));
  add('img', { src: `${out}/image` });
  add('script', { src: `${out}/script` });
  add('link', { rel: 'stylesheet', href: `${out}/style` });
  add('iframe', { src: `${out}/frame` });
  add('iframe', { name: 'target' });
  add('form', { id: 'out', action: `${out}/form`, target: 'target' });
  document.getElementById('out').submit();
}
