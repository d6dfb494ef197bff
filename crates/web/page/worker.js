// Runs one analysis beside the page, so that the page stays alive and can end it.
//
// In: the compressed module, and the request: {module, language, redact, files: [{name, blob}]}.
// Out: {answer}, as crates/web/src/lib.rs makes it, or {unreadable: name}, or {failed: reason}.

addEventListener('message', async ({ data }) => {
  try {
    postMessage({ answer: await analyze(data) });
  } catch (error) {
    postMessage(error instanceof Unreadable ? { unreadable: error.message } : { failed: String(error?.message ?? error) });
  }
});

class Unreadable extends Error {}

async function analyze({ module, language, redact, files }) {
  const bytes = new Response(new Blob([module]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  const { instance } = await WebAssembly.instantiate(await bytes);
  const { memory, alloc, dealloc, analyze } = instance.exports;

  const header = new TextEncoder().encode(
    JSON.stringify({ language, redact, files: files.map(({ name, blob }) => ({ name, bytes: blob.size })) }),
  );
  const length = files.reduce((sum, { blob }) => sum + blob.size, 4 + header.length);
  const request = alloc(length);
  // The memory may have been moved to grow, so it is asked for anew each time.
  const write = (at, part) => new Uint8Array(memory.buffer).set(part, request + at);
  new DataView(memory.buffer).setUint32(request, header.length, true);
  write(4, header);
  let at = 4 + header.length;
  for (const { name, blob } of files) {
    write(at, new Uint8Array(await blob.arrayBuffer().catch(() => { throw new Unreadable(name); })));
    at += blob.size;
  }

  const answer = analyze(request, length) >>> 0;
  const size = new DataView(memory.buffer).getUint32(answer, true);
  const text = new TextDecoder().decode(new Uint8Array(memory.buffer, answer + 4, size));
  dealloc(answer, 4 + size);
  return JSON.parse(text);
}
