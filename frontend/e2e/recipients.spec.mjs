import assert from "node:assert/strict";
import { get } from "./ask.mjs";
import { button, choose, field, fillDate, pdf, state } from "./fields.mjs";
import { suite } from "./suite.mjs";

const csv = (name, rows) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) });

suite("recipients", "recipients: files in pieces, lists, consents", ({ stage, check, look }) => {
  check("a file is dropped, looked at, its columns put right, and submitted", async () => {
    const page = await stage.enter("sales");
    const contracts = (await get(page, "/contracts?state=active&limit=100")).items;
    await page.goto("/batches/new");
    await choose(page, "合同", contracts.find((c) => c.kind === "package").number);
    await choose(page, "签名", "【");
    const signature = await page.locator(".ant-select-content", { hasText: "【" }).first().innerText();
    await page.getByText("今日可用条数").waitFor();
    await field(page, "短信内容").fill(`${signature}{称呼}您好，您的订单已发货，请注意查收。`);
    const rows = ["联系方式,姓名", "13811110001,王女士", "13811110003,李先生", "1.38E+10,赵先生"];
    await field(page, "文件").setInputFiles(csv("名单.csv", rows));
    await look(page, "upload-form");
    await button(page, "上传后先预览").click();
    await page.waitForURL(/\/batches\/(?!new)\w+$/);

    // The template's variable has no column of its name: the page says so and shows the rows.
    await page.getByText("文件缺少列：称呼").waitFor();
    await look(page, "upload-problem");
    assert.equal(await button(page, "提交批次").isDisabled(), true);
    await choose(page, "“姓名”列的用途", "{称呼}");
    await page.getByText("王女士您好，您的订单已发货").waitFor();
    await page.getByText("前 3 行中 2 行可发送").waitFor();
    await page.reload(); // what has arrived is still there
    await choose(page, "“姓名”列的用途", "{称呼}");
    await page.getByText("科学计数法").waitFor();
    await look(page, "upload-preview");
    await button(page, "提交批次").click();
    await state(page, "待审核");
  });

  check("compliance keeps the lists, with where each entry comes from", async () => {
    const page = await stage.enter("compliancelead");
    await page.goto("/recipients");
    await page.getByText("退订与黑名单").first().waitFor();
    await button(page, "导入名单").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("选择文件").setInputFiles(csv("投诉.csv", ["手机号", "13811110005", "13811110007", "1.38E+10"]));
    await dialog.getByText("3 行，2 个号码").waitFor();
    await field(dialog, "原因").fill("九月投诉");
    await look(page, "import-list");
    await button(dialog, "确认导入").click();
    await page.getByText("138****0007").waitFor();
    const entry = page.getByRole("row", { name: /138\*\*\*\*0005/ });
    await button(entry, "移出名单").click();
    await field(page.getByRole("dialog"), "原因").fill("本人要求恢复");
    await button(page.getByRole("dialog"), "移出名单").click();
    await entry.waitFor({ state: "detached" });
    await look(page, "recipients");
    for (const [tab, name] of [
      ["导入记录", "imports"],
      ["频次限制", "limits"],
      ["号段与携号转网", "numbers"],
    ]) {
      await page.getByRole("tab", { name: tab }).click();
      await look(page, `recipients-${name}`);
    }
  });

  check("a consent is registered by sales and checked by compliance", async () => {
    const page = await stage.enter("sales");
    await page.goto("/consents");
    await button(page, "登记凭证").click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "客户").click();
    await page.locator(".ant-select-dropdown:visible .ant-select-item-option").first().click();
    await field(dialog, "同意的内容").fill("会员章程第 8 条：接收促销短信");
    await fillDate(dialog, "起始日", "2026-01-01");
    await field(dialog, "证明材料").setInputFiles(pdf("会员章程.pdf"));
    await dialog.getByText("会员章程.pdf").waitFor();
    await look(page, "consent-form");
    await button(dialog, "登记凭证").click();
    const row = page.getByRole("row", { name: /会员章程第 8 条/ });
    await button(row, "导入号码").click();
    const list = page.getByRole("dialog");
    await list.getByLabel("选择文件").setInputFiles(csv("会员.csv", ["手机号", "13811110001", "13811110003"]));
    await list.getByText("2 行，2 个号码").waitFor();
    await button(list, "确认导入").click();
    await button(row, "提交核验").click();
    await row.getByText("待核验").waitFor();

    const lead = await stage.enter("compliancelead");
    await lead.goto("/consents");
    const waiting = lead.getByRole("row", { name: /会员章程第 8 条/ });
    await button(waiting, "核验通过").click();
    await waiting.getByText("有效").waitFor();
    await look(lead, "consents");
  });
});
