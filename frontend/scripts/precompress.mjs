// Writes name.br and name.gz in the place of every built file that shrinks: the server never compresses on a request, and the program
// does not carry the plain files (it unpacks name.gz for the few who take neither).
// index.html stays as it is: the server writes a fresh CSP nonce into it each time.
import { readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const dir = process.argv[2] ?? "dist";
const packed = new Set([".js", ".css", ".svg", ".json", ".map", ".txt"]);
const br = promisify(brotliCompress);
const gz = promisify(gzip);

const entries = await readdir(dir, { recursive: true, withFileTypes: true });
let before = 0;
let after = 0;
for (const e of entries) {
  if (!e.isFile() || !packed.has(extname(e.name))) continue;
  const file = join(e.parentPath ?? e.path, e.name);
  const body = await readFile(file);
  if (body.length < 1024) continue;
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } };
  const [small, plain] = await Promise.all([br(body, options), gz(body, { level: 9 })]);
  await writeFile(`${file}.br`, small);
  await writeFile(`${file}.gz`, plain);
  await unlink(file);
  before += body.length;
  after += small.length;
}
await writeFile(join(dir, ".gitkeep"), "");
console.log(`precompressed ${(before / 1024).toFixed(0)} KiB to ${(after / 1024).toFixed(0)} KiB (br)`);
