import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = process.env.E2E_PROGRAM ?? join(root, "bin/sealgate");

/** Resolves with the first line for which `take` gives something. */
const line = (stream, take) =>
  new Promise((resolve) => {
    createInterface({ input: stream }).on("line", (text) => {
      const found = take(text);
      if (found) resolve(found);
    });
  });

/**
 * Starts the real program with the demo's people and past in a folder of its own, on a free port, and waits until it is ready and
 * the past is there. The passwords are those that it prints. `config` is the text of a configuration file.
 */
export async function startProgram(config) {
  const folder = await mkdtemp(join(tmpdir(), "sealgate-e2e-"));
  const own = Object.entries(process.env).filter(([key]) => !key.startsWith("SEALGATE_"));
  const env = { ...Object.fromEntries(own), SEALGATE_LISTEN: "127.0.0.1:0", SEALGATE_DATA_DIR: folder };
  if (config) {
    env.SEALGATE_CONFIG = join(folder, "sealgate.yaml");
    await writeFile(env.SEALGATE_CONFIG, config);
  }
  const child = spawn(bin, ["serve", "--demo"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  const ended = new Promise((resolve, reject) => {
    child.once("error", () => reject(new Error(`${bin} can't be started; build it with \`make build\``)));
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
  const passwords = new Map();
  const up = Promise.all([
    line(child.stdout, (text) => {
      const person = /^(\w+)\s+(Demo-\S+)\s+\w+/.exec(text);
      if (person) passwords.set(person[1], person[2]);
      return /^Sealgate.*(http:\S+)/.exec(text)?.[1];
    }),
    line(child.stderr, (text) => {
      log.push(text);
      return text.includes('msg="demo data ready"');
    }),
  ]);
  const early = ended.then((code) => Promise.reject(new Error(`the program ended with ${code}:\n${log.join("\n")}`)));
  early.catch(() => undefined); // it ends in good order later
  const [url] = await Promise.race([up, early]);
  const ready = await fetch(`${url}/readyz`);
  if (ready.status !== 200) throw new Error(`/readyz answers ${ready.status}`);

  return {
    url,
    password: (login) => passwords.get(login),
    /** What the program complained about, but for statements that were slow: a busy machine is slow, not broken. */
    complaints: () => log.filter((text) => /level=(ERROR|WARN)/.test(text) && !/level=WARN .*"SQL executed"/.test(text)),
    async stop() {
      child.kill("SIGTERM");
      return ended;
    },
    /** `sealgate verify` over the folder that was served; its report and exit code. */
    async verify() {
      const verifier = spawn(bin, ["verify"], { env, stdio: ["ignore", "pipe", "pipe"] });
      let report = "";
      for (const stream of [verifier.stdout, verifier.stderr]) stream.on("data", (text) => (report += text));
      const [code] = await once(verifier, "close");
      return { code, report };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
