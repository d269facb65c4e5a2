import { button, choose, dialog, field, fill, fillDate, pdf, state } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("leaks", "a leak of data: recorded, stopped, told, closed by another person", ({ stage, step, look }) => {
  let address;
  let today;

  step("compliance records what is known and whose data it is", async () => {
    const page = await stage.as("compliance");
    await stage.open(page, "/leaks");
    await look(page, "leaks-empty");
    await stage.open(page, "/leaks/new");
    await button(page, "登记事件").click();
    await page.locator(".ant-form-item-explain-error").first().waitFor(); // what is missing is said at its place
    await look(page, "leak-form-missing");
    today = (await (await page.request.get("/api/v1/sandbox/clock")).json()).now.slice(0, 10);
    await fill(page.locator("form"), {
      经过: "导出文件被误发到外部邮箱",
      可能的危害: "收到骚扰电话",
      "补救措施（写给客户看）": "已要求对方删除并取得书面确认",
    });
    await page.locator("#title").fill("号码文件误发");
    await fillDate(page, "发现时间", `${today} 00:00`);
    await choose(page, "泄露的数据", "手机号码");
    await page.keyboard.press("Escape");
    await button(page, "添加客户").click();
    await field(page, "客户").fill("云帆");
    await page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: "云帆" }).first().click();
    await button(page, "登记事件").click();
    await state(page, "处置中");
    address = new URL(page.url()).pathname;
    await look(page, "leak");
  });

  step("it is stopped, and the customer is told", async () => {
    const page = await stage.as("compliance");
    await button(page, "已控制").click();
    await look(page, "leak-contain");
    await fill(dialog(page), { "补救措施（写给客户看）": "对方已删除；外发改为双人复核" });
    await dialog(page).locator(".ant-modal-footer .ant-btn-primary").click();
    await state(page, "已控制");
    await button(page, "通知受影响客户").click();
    await look(page, "leak-tell");
    await dialog(page).locator(".ant-modal-footer .ant-btn-primary").click();
    await page.getByText("客户未读").waitFor();
    await look(page, "leak-told");
    const lead = await stage.as("compliancelead");
    await stage.open(lead, address);
    await look(lead, "leak-lead");
    await stage.open(lead, "/leaks");
    await look(lead, "leaks");
    await button(lead, "时限设置").click();
    await look(lead, "leak-deadlines");
  });

  step("who asks to close it can't; another person does", async () => {
    const page = await stage.as("compliance");
    await button(page, "补充情况").click();
    await page.locator("#people").fill("1200");
    await button(page, "保存").click();
    await page.getByText("1,200").waitFor();
    const due = button(page, "登记已告知");
    for (let left = await due.count(); left > 0; left--) {
      await due.first().click();
      await fill(dialog(page), { 告知对象: "省通信管理局", 方式: "网上系统", 受理编号: "SJ-1" });
      await fillDate(dialog(page), "告知时间", `${today} 08:00`);
      await dialog(page).locator("input[type=file]").setInputFiles(pdf("回执.pdf"));
      await dialog(page).getByText("回执.pdf").waitFor();
      await look(page, "leak-meet");
      await dialog(page).locator(".ant-modal-footer .ant-btn-primary").click();
      await dialog(page).waitFor({ state: "hidden" });
      await due.nth(left - 1).waitFor({ state: "hidden" }); // the table has heard of it
    }
    await button(page, "提请办结").click();
    await dialog(page).getByText("确有泄露").click();
    await fill(dialog(page), { 结论说明: "对方已删除，未扩散" });
    await dialog(page).locator(".ant-modal-footer .ant-btn-primary").click();
    await state(page, "待批准办结");
    await button(page, "批准办结").waitFor({ state: "hidden" }); // not by who asked
    const lead = await stage.as("compliancelead");
    await lead.goto(address); // what another person did meanwhile is seen when the page is loaded
    await stage.settled(lead);
    await button(lead, "批准办结").click();
    await fill(dialog(lead), { 意见: "证据齐全" });
    await look(lead, "leak-decide");
    await dialog(lead).locator(".ant-modal-footer .ant-btn-primary").click();
    await state(lead, "已办结");
    await look(lead, "leak-closed");
  });
});
