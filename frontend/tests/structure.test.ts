import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { routes } from "@/app/routes";
import { capabilities } from "@/session/capability";
import { states } from "@/ui/states";

const src = resolve(__dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => /\.tsx?$/.test(f) && !f.endsWith(".d.ts"));
const importsOf = (file: string): string[] => {
  const text = readFileSync(join(src, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, to = ""]) =>
    to.startsWith("@/")
      ? to.slice(2)
      : to.startsWith(".")
        ? relative(src, resolve(join(src, dirname(file)), to))
        : `node_modules/${to}`,
  );
};

// Lower never imports higher; features know nothing of each other.
const layers = ["i18n", "api", "session", "ui", "parts", "features", "app"];
const layerOf = (path: string) => layers.indexOf(path.split("/")[0] ?? "");

describe("the portal's structure", () => {
  it("has features that never import each other", () => {
    const crossings = files
      .filter((f) => f.startsWith("features/"))
      .flatMap((f) => importsOf(f).map((to) => ({ f, to })))
      .filter(({ f, to }) => to.startsWith("features/") && to.split("/")[1] !== f.split("/")[1]);
    expect(crossings).toEqual([]);
  });

  it("has layers that import only what lies below them", () => {
    const climbs = files
      .filter((f) => layerOf(f) >= 0)
      .flatMap((f) => importsOf(f).map((to) => ({ f, to })))
      // Types of records name the segments that a text is cut into; a type has no weight.
      .filter(({ f, to }) => layerOf(to) > layerOf(f) && !(f.startsWith("api/") && to === "ui/segments"));
    expect(climbs).toEqual([]);
  });

  it("has pages and components of fewer than 250 lines", () => {
    const long = files
      .filter((f) => f.endsWith(".tsx"))
      .map((f) => ({ f, lines: readFileSync(join(src, f), "utf8").split("\n").length }))
      .filter(({ f, lines }) => lines >= 250 && f !== "app/routes.tsx");
    expect(long).toEqual([]);
  });

  it("has no any", () => {
    const loose = files.filter((f) =>
      /[:<,(|]\s*any\b(?!\w)|\bas any\b/.test(readFileSync(join(src, f), "utf8").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "")),
    );
    expect(loose).toEqual([]);
  });

  it("reads amounts nowhere but through Money", () => {
    const raw = files.filter(
      (f) => f.startsWith("features/") && /_fen\s*\/\s*100|toFixed\(2\)/.test(readFileSync(join(src, f), "utf8")),
    );
    expect(raw).toEqual([]);
  });

  it("knows exactly the capabilities of the server's matrix", () => {
    const policy = readFileSync(resolve(__dirname, "../../configs/authz/policy.csv"), "utf8");
    const named = new Set([...policy.matchAll(/^p, role:\w+, (\S+)$/gm)].map((m) => m[1]));
    expect([...named].sort()).toEqual([...capabilities].sort());
  });

  it("has one route for each path", () => {
    const paths = routes.map((r) => r.path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe("the words of the portal", () => {
  const goStates = (file: string) =>
    [...readFileSync(resolve(__dirname, `../../server/${file}`), "utf8").matchAll(/^\s+\w+\s+State\s+= "(\w+)"/gm)]
      .map((m) => m[1])
      .sort();

  it.each([
    ["batch", "batch/batch.go"],
    ["contract", "contract/state.go"],
  ] as const)("know every state that a %s can be in, and no other", (kind, file) => {
    expect(Object.keys(states[kind]).sort()).toEqual(goStates(file));
  });
});
