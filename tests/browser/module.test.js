// The module of the page answers as the program does: every form of the report over the whole corpus, byte for byte.
//
// Needs what crates/web/build makes; PULLAN says where the program is.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = new URL('../..', import.meta.url).pathname;
const program = process.env.PULLAN ?? join(root, 'target/debug/pullan');
const file = join(root, 'target/web/wasm32-unknown-unknown/web/pullan_web.wasm');
const skip = existsSync(file) ? false : 'crates/web/build has not been run';
const module = skip || new WebAssembly.Module(readFileSync(file));

/** What the module makes of files that are named as on the command line. */
function answer(options, names) {
  const { memory, alloc, dealloc, analyze } = new WebAssembly.Instance(module).exports;
  const files = names.map((name) => readFileSync(join(root, name)));
  const header = Buffer.from(JSON.stringify({ ...options, files: names.map((name, index) => ({ name, bytes: files[index].length })) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const request = Buffer.concat([length, header, ...files]);
  const at = alloc(request.length);
  new Uint8Array(memory.buffer).set(request, at);
  const given = analyze(at, request.length);
  const size = new DataView(memory.buffer).getUint32(given, true);
  const text = Buffer.from(memory.buffer, given + 4, size).toString();
  dealloc(given, 4 + size);
  return JSON.parse(text);
}

/** What the program says. */
function told(args) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: root, maxBuffer: 1 << 28 }, (error, out) => {
      // 1: a diagnosis was made; 3: nothing was recognised.
      if (error && ![1, 3].includes(error.code)) reject(error);
      else resolve(out);
    });
  });
}

const cases = readdirSync(join(root, 'corpus'), { recursive: true })
  .filter((path) => path.endsWith('/case.yaml'))
  .map((path) => {
    const folder = dirname(path);
    const names = readdirSync(join(root, 'corpus', folder)).filter((name) => name !== 'case.yaml');
    return names.sort().map((name) => join('corpus', folder, name));
  })
  // Neither the program nor the page takes an empty input.
  .filter((names) => names.some((name) => statSync(join(root, name)).size > 0));
// An archive goes the same way.
cases.push(['tests/archives/guide.zip'], ['tests/archives/guide.tar.zst']);

test('the corpus is there', () => assert.ok(cases.length > 150));

test('the module asks for nothing from outside', { skip }, () => {
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

for (const redact of [false, true]) {
  test(`the answers are those of the program${redact ? ', redacted' : ''}`, { skip }, async () => {
    for (const names of cases) {
      const report = answer({ language: 'ko', redact }, names);
      const forms = ['json', 'html', 'markdown'];
      const options = ['--lang', 'ko', ...(redact ? ['--redact'] : [])];
      const expected = await Promise.all(forms.map((form) => told(['analyze', '--format', form, ...options, ...names])));
      forms.forEach((form, index) => assert.equal(report[form], expected[index], `${form} of ${names}`));
      if (redact && report.redacted !== undefined) assert.equal(report.redacted, await told(['redact', ...names]), names[0]);
    }
  });
}

test('in English too', { skip }, async () => {
  const names = ['corpus/auth/guide-401/events-401.txt'];
  assert.equal(answer({ language: 'en' }, names).json, await told(['analyze', '--format', 'json', '--lang', 'en', ...names]));
});

test('an object nested a million deep is read', { skip }, () => {
  const { memory, alloc, analyze } = new WebAssembly.Instance(module).exports;
  for (const open of ['[', '{"a":', '- ', '(']) {
    const body = Buffer.from(open.repeat(1_000_000));
    const header = Buffer.from(JSON.stringify({ files: [{ name: 'deep.json', bytes: body.length }] }));
    const at = alloc(4 + header.length + body.length);
    new DataView(memory.buffer).setUint32(at, header.length, true);
    new Uint8Array(memory.buffer).set(Buffer.concat([header, body]), at + 4);
    assert.ok(analyze(at, 4 + header.length + body.length) > 0, open);
  }
});
