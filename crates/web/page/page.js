// The page: takes a paste and files, has them analysed in a worker, and shows and saves the report.
//
// Nothing here opens a connection, and the policy of the page would forbid it. What the input says only ever becomes text, or a report
// in a frame where no script runs.

const MOST_BYTES = 2 ** 30;

const element = (id) => document.getElementById(id);
/** What stands in a block of data, without the line feeds around it. */
const data = (id) => element(id).textContent.slice(1, -1);
const words = JSON.parse(data('words'));

let language = navigator.language?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
/** Files that were chosen. */
let files = [];
/** What the report shown, or the one under way, is about. */
let sources = null;
let answer = null;
let worker = null;
/** Key and values of the last message, to say it again in another language. */
let said = null;

// Words.

function word(key, values = {}) {
  return words[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function say(key, values, isError = false) {
  said = key && [key, values, isError];
  element('status').textContent = key ? word(key, values) : '';
  element('status').classList.toggle('error', isError);
}

function speak(code) {
  language = code;
  document.documentElement.lang = code;
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = word(node.dataset.word);
  for (const name of ['aria-label', 'title']) {
    for (const node of document.querySelectorAll(`[data-${name}]`)) node.setAttribute(name, word(node.getAttribute(`data-${name}`)));
  }
  for (const button of element('languages').children) button.setAttribute('aria-pressed', String(button.value === code));
  if (said) say(...said);
  showFiles();
}

function size(bytes) {
  const [unit, digits] = bytes < 1e6 ? [1e3, bytes < 1e4 ? 1 : 0] : [1e6, bytes < 1e7 ? 1 : 0];
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(bytes / unit)} ${unit === 1e3 ? 'kB' : 'MB'}`;
}

// Files.

function showFiles() {
  element('files').replaceChildren(
    ...files.map((file, index) => {
      const [item, name, length, remove] = ['li', 'code', 'span', 'button'].map((tag) => document.createElement(tag));
      name.textContent = file.name;
      length.className = 'quiet';
      length.textContent = size(file.size);
      remove.type = 'button';
      remove.textContent = '×';
      remove.setAttribute('aria-label', word('remove', { name: file.name }));
      remove.addEventListener('click', () => {
        files.splice(index, 1);
        showFiles();
        (element('files').querySelectorAll('button')[Math.min(index, files.length - 1)] ?? element('choose')).focus();
      });
      item.append(name, length, remove);
      return item;
    }),
  );
  element('files').hidden = files.length === 0;
  offerExample();
}

/** The example would take the place of what is there. */
function offerExample() {
  element('example').hidden = files.length > 0 || element('paste').value !== '';
}

function addFiles(list) {
  files.push(...list);
  showFiles();
}

/** Files may be dropped on the page and on the report in it. */
function catchDrops(where) {
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  const mark = (isOver) => document.body.classList.toggle('drop', isOver);
  where.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  where.addEventListener('dragleave', (event) => event.relatedTarget ?? mark(false));
  where.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(false);
    addFiles(event.dataTransfer.files);
  });
}

// Analysis.

/** What is on the page, each with its name. */
function collect() {
  const paste = element('paste').value;
  const pasted = paste.trim() === '' ? [] : [{ name: 'paste.txt', blob: new Blob([paste]) }];
  return [...pasted, ...files.map((file) => ({ name: file.name, blob: file }))];
}

/** Ends the analysis under way, if any. */
function stop() {
  worker?.terminate();
  worker = null;
  element('cancel').hidden = true;
  element('form').removeAttribute('aria-busy');
}

/** Analyses `sources`; every analysis has a worker of its own, whose memory goes with it. */
function analyze() {
  stop();
  const bytes = sources.reduce((sum, { blob }) => sum + blob.size, 0);
  if (bytes === 0) return fail('status-empty');
  if (bytes > MOST_BYTES) return fail('status-too-large', { size: size(bytes), most: size(MOST_BYTES) });
  if (!globalThis.DecompressionStream || !globalThis.WebAssembly) return fail('status-old');
  say('status-working', { size: size(bytes) });
  element('cancel').hidden = false;
  element('form').setAttribute('aria-busy', 'true');
  const script = URL.createObjectURL(new Blob([data('worker')], { type: 'text/javascript' }));
  worker = new Worker(script);
  worker.addEventListener('error', (event) => fail('status-failed', { reason: event.message ?? 'worker' }));
  worker.addEventListener('message', ({ data: { answer, unreadable, failed } }) => {
    URL.revokeObjectURL(script);
    if (unreadable !== undefined) fail('status-unreadable', { name: unreadable });
    else if (failed ?? answer.error) fail('status-failed', { reason: failed ?? answer.error });
    else show(answer);
  });
  const module = Uint8Array.from(atob(data('module')), (character) => character.charCodeAt(0));
  worker.postMessage({ module, language, redact: element('redact').checked, files: sources });
}

function fail(key, values) {
  stop();
  hide();
  say(key, values, true);
}

function hide() {
  sources = answer = null;
  element('result').hidden = true;
  element('report').srcdoc = '';
}

function show(report) {
  stop();
  const isFirst = answer === null;
  answer = report;
  const count = report.findings;
  say(count === 0 ? 'status-none' : count === 1 ? 'status-one' : 'status-many', { count });
  element('report').srcdoc = report.html;
  element('save-redacted').hidden = report.redacted === undefined;
  element('result').hidden = false;
  // A changed language or option leaves the reader where they are.
  if (isFirst) element('result-heading').focus();
}

/** Links of the report: to a place in it, or to documentation, which opens beside the page. */
function follow(event) {
  const link = event.target.closest?.('a[href]');
  if (!link) return;
  event.preventDefault();
  const address = link.getAttribute('href');
  if (address.startsWith('#')) element('report').contentWindow.location.hash = address;
  else if (address.startsWith('https://')) window.open(address, '_blank', 'noopener,noreferrer');
}

// Saving.

function save(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(answer.markdown);
    say('status-copied');
  } catch {
    save('pullan-report.md', 'text/markdown', answer.markdown);
    say('status-not-copied');
  }
}

// Everything together.

const on = (id, name, act) => element(id).addEventListener(name, act);

on('form', 'submit', (event) => {
  event.preventDefault();
  hide();
  sources = collect();
  analyze();
});
on('paste', 'keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) element('form').requestSubmit();
});
on('paste', 'input', offerExample);
on('choose', 'change', () => {
  addFiles(element('choose').files);
  element('choose').value = '';
});
on('example', 'click', () => {
  element('paste').value = data('example-text');
  offerExample();
  element('form').requestSubmit();
});
on('clear', 'click', () => {
  stop();
  hide();
  say(null);
  files = [];
  element('paste').value = '';
  showFiles();
  element('paste').focus();
});
on('cancel', 'click', () => {
  stop();
  hide();
  say('status-cancelled');
});
on('redact', 'change', () => sources && analyze());
on('languages', 'click', ({ target }) => {
  if (!target.value || target.value === language) return;
  speak(target.value);
  if (sources) analyze();
});
on('copy', 'click', copy);
on('save-html', 'click', () => save('pullan-report.html', 'text/html', answer.html));
on('save-json', 'click', () => save('pullan-report.json', 'application/json', answer.json));
on('save-redacted', 'click', () => save('pullan-redacted.txt', 'text/plain', answer.redacted));
on('report', 'load', () => {
  const report = element('report').contentDocument;
  report.addEventListener('click', follow);
  report.addEventListener('auxclick', follow);
  catchDrops(report);
});
catchDrops(document);
speak(language);
