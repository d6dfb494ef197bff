// A real browser and what is asked of every page in it. CHROMIUM says where it is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** A browser with a profile of its own, which playwright makes and removes, and nothing that asks the network. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** Opens a page, and afterwards it must have complained of nothing and asked for nothing. */
export async function open(browser, address, options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    // Listeners that playwright itself leaves in a frame after evaluating something there.
    if (!message.text().startsWith("Blocked script execution in 'about:srcdoc")) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('request', (request) => {
    // A blob is made by the page itself.
    const url = request.url().split('#')[0];
    if (url !== address && !url.startsWith('blob:')) complaints.push(`asks for ${url}`);
  });
  await page.goto(address);
  await use(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

/** axe finds nothing in the page; frames are tested by themselves. It needs to run in the page, which the policy of the page forbids to everybody but `bypassCSP`. */
export async function assertAccessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200), nodes[0].failureSummary]), []);
}

/** Nothing is wider than the window. */
export async function assertFits(page) {
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= width, `${wide} > ${width}`);
}

/** Whether the beginning of an element is inside its window. */
export async function isInView(element) {
  return element.evaluate((node) => {
    const { top } = node.getBoundingClientRect();
    return top >= 0 && top < node.ownerDocument.defaultView.innerHeight;
  });
}
