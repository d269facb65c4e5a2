import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const all = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
/** What another theme can change; names, roles and order are the same in both. */
const colours = { type: "rule", values: ["color-contrast", "link-in-text-block", "target-size"] };

/** What axe finds against WCAG 2.2 AA on the page as it is now, one line each. */
export async function violations(page, only = "all") {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(source);
  const found = await page.evaluate(
    async (runOnly) => (await axe.run(document, { runOnly, resultTypes: ["violations"] })).violations,
    only === "colours" ? colours : all,
  );
  return found.flatMap((v) =>
    v.nodes
      .slice(0, 3)
      .map(
        (n) =>
          `${v.id} (${v.impact}): ${n.html.replace(/\s+/g, " ").slice(0, 160)} — ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ""}`,
      ),
  );
}
