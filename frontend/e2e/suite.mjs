import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { violations } from "./axe.mjs";
import { root } from "./program.mjs";
import { openStage } from "./stage.mjs";

/** Where pictures go: SCREENSHOTS names a folder, 1 stands for the project's own. */
const pictures = process.env.SCREENSHOTS === "1" ? join(root, "docs/images") : process.env.SCREENSHOTS;

/** How long a test may take before it counts as hung; a busy machine is slow, not broken. */
const limit = 240_000;

/** Takes a picture of a page where one is wanted, without what floats over it for a moment. */
async function shoot(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  const float = (display) =>
    page.evaluate((d) => {
      for (const e of document.querySelectorAll(".ant-message, .ant-tooltip")) e.style.display = d;
    }, display);
  await float("none");
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", caret: "hide" });
  await float("");
}

/**
 * Describes what is done with one program of its own, which must end in good order and leave books in which `sealgate verify` finds
 * nothing. `tell` gets the stage, which is open from the first test on, and
 *
 * - `prepare(does)` for what must be there before the first test;
 * - `check(name, does)` for what stands alone: no page may have a fault in it;
 * - `step(name, does)` for what builds on the steps before it: skipped after one that failed;
 * - `look(page, name)` for a page as it stands: settled, nothing for axe to find, and a picture; `{ dark: true }` sees it in the dark,
 *   too;
 * - `shoot(page, name)` for nothing but the picture.
 *
 * `file` names what is kept of a test that failed; `config` gives the text of a configuration file for the program.
 */
export function suite(file, title, tell, config) {
  describe(title, { concurrency: false }, () => {
    const stage = {};
    let broken;
    before(async () => {
      Object.assign(stage, await openStage(await config?.()));
    });
    after(async () => {
      if (!stage.close) return;
      const { code, verified } = await stage.close();
      assert.equal(code, 0, "the program stops in good order");
      assert.equal(verified.code, 0, verified.report);
    });

    const check = (name, does) =>
      it(name, { timeout: limit }, async (t) => {
        try {
          await does(t);
          assert.deepEqual(stage.faults.splice(0), [], "nothing went wrong on any page");
        } catch (error) {
          t.diagnostic(`what everybody saw is in ${await stage.snapshot(file)}`);
          throw error;
        }
      });
    const step = (name, does) =>
      check(name, async (t) => {
        if (broken) return t.skip(`after "${broken}" failed`);
        broken = name;
        await does(t);
        broken = undefined;
      });

    const look = async (page, name, { dark } = {}) => {
      await page.mouse.move(700, 25); // what is under the pointer is in motion
      await stage.settled(page);
      assert.deepEqual(await violations(page), [], `axe on ${name}`);
      await shoot(page, name);
      if (!dark) return;
      await page.getByRole("button", { name: "切换深浅色" }).click();
      await stage.settled(page);
      assert.deepEqual(await violations(page, "colours"), [], `axe in the dark on ${name}`);
      await shoot(page, `${name}-dark`);
      await page.getByRole("button", { name: "切换深浅色" }).click();
    };

    tell({ stage, prepare: before, check, step, look, shoot });
  });
}
