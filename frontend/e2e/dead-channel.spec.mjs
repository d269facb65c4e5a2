import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { get, post, until } from "./ask.mjs";
import { button, choose, dialog, field, submitBatch } from "./fields.mjs";
import { suite } from "./suite.mjs";

/** The other side of a channel that takes calls and never answers one. */
const peer = createServer((call) => call.resume().on("end", () => call.socket.destroy()));

const config = async () => {
  await once(peer.listen(0, "127.0.0.1"), "listening");
  return `channels:
  - name: cable
    kind: http
    carriers: [cbn]
    http: {url: "http://127.0.0.1:${peer.address().port}", key_id: sealgate, secret: "0123456789abcdef0123456789abcdef", allow_internal: true}
  - {name: loopback, kind: loopback, priority: 1}
`;
};

suite(
  "dead-channel",
  "a channel dies for good: it is stopped, given up on, and what it had is settled by hand",
  ({ stage, prepare, step, look }) => {
    let batch;
    let lead;
    prepare(async () => {
      peer.unref();
      lead = await stage.as("compliancelead");
      const { now } = await get(lead, "/sandbox/clock");
      const noon = new Date(Date.parse(`${now.slice(0, 10)}T12:00:00+08:00`) + 86_400_000); // inside every contract's hours
      await post(await stage.as("sysadmin"), "/sandbox/clock", { to: noon.toISOString() });
    });

    step("a batch is approved, and what is for that channel stays without an answer", async () => {
      const numbers = [
        "手机号,姓名",
        ...[3, 5, 8, 13].map((n) => `192${String(n * 7919).padStart(8, "0")},客户${n}`),
        "13800138000,客户1",
        "13100131000,客户2",
      ];
      const path = await submitBatch(await stage.as("sales"), {
        contract: "成都锦味餐饮管理有限公司",
        text: "【锦味餐饮】{姓名}您好，您预订的座位已留好，请准时到店",
        file: { name: "订座.csv", mimeType: "text/csv", buffer: Buffer.from(`${numbers.join("\n")}\n`) },
      });
      batch = path.split("/").pop();
      const reviewer = await stage.as("compliance");
      await post(reviewer, `/review/batches/${batch}/claim`, {});
      const { decisions_hash } = await post(reviewer, `/review/batches/${batch}/decide`, { scope: "batch", decision: "approve" });
      await post(reviewer, `/review/batches/${batch}/finish`, { decisions_hash });
      await until(lead, "four wait for an answer, the others have left", async () => {
        const answer = await lead.request.get(`/api/v1/batches/${batch}/handoff`);
        const { counts, holds } = answer.ok() ? await answer.json() : {};
        return counts?.handing === 4 && !counts.waiting && holds.length > 0;
      });
      await stage.open(lead, path);
      await button(lead, "放弃等待通道").waitFor();
      await lead.getByText("等待通道答复").waitFor();
      await look(lead, "channel-dead");
    });

    step("nobody gives up on a channel that is in use, and never without grounds", async () => {
      await button(lead, "放弃等待通道").click();
      await dialog(lead).getByText("有 4 条短信已交给通道，没有得到答复").waitFor();
      await button(dialog(lead), /^确\s*认$/).click();
      await dialog(lead).getByText("请填写依据").waitFor();
      await field(dialog(lead), "依据").fill("运营商书面通知该通道永久关停");
      stage.allow(409, `/api/v1/batches/${batch}/give-up-handing`);
      await button(dialog(lead), /^确\s*认$/).click();
      await lead.getByText("通道“cable”还在使用，请先停发该通道，再放弃等待").first().waitFor();
      await look(lead, "give-up-refused");
      await button(dialog(lead), /^取\s*消$/).click();
    });

    step("the channel is stopped; others go on", async () => {
      await stage.open(lead, "/sending");
      await button(lead, "紧急停发").first().click();
      await dialog(lead).getByText("某条通道", { exact: true }).click();
      await choose(dialog(lead), "对象", "cable");
      await field(dialog(lead), "原因").fill("运营商关停");
      await look(lead, "stop-channel");
      await button(dialog(lead), "紧急停发").click();
      await lead.getByRole("row", { name: /cable/ }).getByText("已停用").waitFor();
      assert.equal(
        await lead
          .getByRole("row", { name: /loopback/ })
          .getByText("已停用")
          .count(),
        0,
      );
      await look(lead, "channel-stopped");
    });

    step(
      "the lead gives up with the grounds: four are unknown, and the channel's operator says that none of them left",
      async () => {
        await stage.open(lead, `/batches/${batch}`);
        await button(lead, "放弃等待通道").click();
        await field(dialog(lead), "依据").fill("运营商书面通知该通道永久关停");
        await button(dialog(lead), /^确\s*认$/).click();
        await button(lead, "处理未知").waitFor();
        await button(lead, "放弃等待通道").waitFor({ state: "detached" });
        await lead.getByText("等待通道答复").waitFor({ state: "detached" });
        await lead.getByText("紧急停发").waitFor({ state: "detached" }); // nothing waits any more
        await look(lead, "given-up");
        await button(lead, "处理未知").click();
        await dialog(lead).getByText("192****", { exact: false }).first().waitFor();
        await dialog(lead).getByRole("radio").last().check();
        await field(dialog(lead), "依据").fill("运营商来函：四条均未发送");
        await look(lead, "settle-unknown");
        await button(dialog(lead), /^确\s*认$/).click();
        await button(lead, "处理未知").waitFor({ state: "detached" });
        const { counts, results } = await get(lead, `/batches/${batch}/handoff`);
        const byHand = results.filter((r) => r.code === "SEALGATE:BY_HAND");
        assert.deepEqual(
          byHand.map((r) => [r.channel, r.outcome, r.messages]),
          [["cable", "failed", 4]],
        );
        assert.equal(counts.unknown, undefined);
      },
    );
  },
  config,
);
