import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { businessDay, get, post } from "./ask.mjs";
import { pdf } from "./fields.mjs";
import { suite } from "./suite.mjs";

const scan = pdf("调取证据通知书.pdf");

suite("keeping", "what was sent is found, held, given out and ended", ({ stage, prepare, step, look }) => {
  let page; // the compliance lead
  let phone; // of a message in the demo
  prepare(async () => {
    page = await stage.as("compliancelead");
  });

  step("finds a number and shows a message's evidence", async () => {
    const batch = (await get(page, "/batches?state=done")).items[0];
    const asked = { purpose: "audit", grounds: "浏览器测试", unmask: true };
    phone = (await post(page, `/evidence/batches/${batch.id}/messages/1`, asked)).phone;
    await stage.open(page, "/evidence");
    await page.getByLabel("手机号").fill(phone);
    await page.getByLabel("依据（单号、来电、客户要求）").fill("投诉单 TS-20261122-0001");
    await page.getByRole("button", { name: "查号码" }).click();
    await page.getByRole("table", { name: "查号码" }).getByRole("row").nth(1).waitFor();
    await look(page, "evidence-find");
    await page.getByRole("link", { name: "查看存证" }).first().click();
    await page.getByRole("region", { name: "放行清单" }).waitFor();
    assert.equal(await page.getByText(phone, { exact: true }).count(), 0, "the number is masked");
    await look(page, "evidence-message");
    await page.getByRole("button", { name: "查看完整号码" }).click();
    await page.getByText(phone, { exact: true }).waitFor();
  });

  step("asks for the purpose where a message is opened by its address", async () => {
    const other = await stage.as("auditor");
    const batch = (await get(other, "/batches?state=done")).items[0];
    await stage.open(other, `/evidence/${batch.id}/1`);
    await other.getByRole("heading", { name: "查看短信前请说明用途" }).waitFor();
    await look(other, "evidence-asks");
    assert.equal(await other.getByRole("button", { name: "查看完整号码" }).count(), 0, "an auditor does not see whole numbers");
  });

  step("records a lawful request, which another person approves, and gives the file out", async () => {
    const reviewer = await stage.as("compliance");
    const today = await businessDay(reviewer);
    await stage.open(reviewer, "/disclosures");
    await reviewer.getByRole("button", { name: "登记披露" }).click();
    const dialog = reviewer.getByRole("dialog");
    await dialog.getByLabel("请求方").fill("成都市公安局锦江区分局");
    await dialog.getByLabel("经办人员及证件号").fill("张某（警号 012345）、李某（警号 012346）");
    await dialog.getByLabel("来文编号").fill("锦公（刑）调证字〔2026〕88 号");
    await dialog.getByLabel("事由").fill("侦办电信诈骗案件");
    await dialog.locator("input[type=file]").setInputFiles(scan);
    await dialog.getByText(scan.name).waitFor();
    const [from, to] = [dialog.getByLabel("期间"), dialog.locator(".ant-picker-range input").nth(1)];
    await from.fill("2026-01-01");
    await from.press("Enter");
    await to.fill(today);
    await to.press("Enter");
    await dialog.getByLabel("号码（每行一个，最多 200 个）").fill(phone);
    await look(reviewer, "disclosure-new");
    await dialog.getByRole("button", { name: "登记披露" }).click();
    await reviewer.waitForURL(/\/disclosures\/\w+/);
    assert.equal(await reviewer.getByRole("button", { name: "批准" }).count(), 0, "nobody approves their own");
    const address = new URL(reviewer.url()).pathname;

    await stage.open(page, address);
    await page.getByRole("button", { name: "批准" }).click();
    await page.getByLabel("审批意见").fill("文书齐全，范围恰当");
    await page.getByRole("dialog").getByRole("button", { name: "批准" }).click();
    await page.getByRole("heading", { name: "数据包" }).waitFor();
    await look(page, "disclosure");

    await stage.open(reviewer, address);
    await reviewer.getByRole("button", { name: "下载数据包" }).click();
    await reviewer.getByLabel("交给谁、用于什么").fill("交给办案民警张某");
    const waiting = reviewer.waitForEvent("download");
    await reviewer.getByRole("dialog").getByRole("button", { name: "下载数据包" }).click();
    const file = await readFile(await (await waiting).path());
    const record = await get(reviewer, address);
    assert.equal(createHash("sha256").update(file).digest("hex"), record.sha256);
    await reviewer.getByRole("cell", { name: "交给办案民警张某" }).waitFor();
  });

  step("places a legal hold that another person lifts", async () => {
    await stage.open(page, "/legal-holds");
    await page.getByRole("button", { name: "登记保全" }).click();
    const dialog = page.getByRole("dialog");
    const batch = (await get(page, "/batches?state=done")).items[0];
    await dialog.getByLabel("或批次编号").fill(batch.number);
    await dialog.getByLabel("要求方（法院、机关、法务）").fill("成都市锦江区人民法院");
    await dialog.getByLabel("文号").fill("（2026）川0104民初123号");
    await dialog.getByLabel("事由").fill("合同纠纷，须保全证据");
    await look(page, "hold-new");
    await dialog.getByRole("button", { name: "登记保全" }).click();
    const placed = (on) => on.getByRole("row").filter({ hasText: batch.number });
    await placed(page).waitFor();
    await look(page, "legal-holds");
    const number = /LH-\d+-\d+/.exec(await placed(page).innerText())[0];
    assert.equal(await placed(page).getByRole("button", { name: "解除" }).count(), 0, "nobody lifts their own");
    const second = await stage.as("compliancelead2");
    await stage.open(second, "/purge");
    await second.getByText(number).first().waitFor();
    await look(second, "purge");
    await stage.open(second, "/legal-holds");
    await placed(second).getByRole("button", { name: "解除" }).click();
    await second.getByLabel("原因").fill("案件已结");
    await second.getByRole("dialog").getByRole("button", { name: "解除" }).click();
    await placed(second).getByText("已解除", { exact: true }).waitFor();
  });
});
