import assert from "node:assert/strict";
import { button, choose, fill, pdf } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite(
  "maintenance",
  "maintenance: a change with its clock, an incident, a visit; an interruption is announced",
  ({ stage, prepare, step, look }) => {
    let sales;
    prepare(async () => {
      sales = await stage.as("sales");
    });
    const get = async (page, path) => {
      const answer = await page.request.get(`/api/v1${path}`);
      assert.equal(answer.status(), 200, path);
      return answer.json();
    };
    const dialog = (page) => page.getByRole("dialog").filter({ visible: true });
    /** Presses a button, fills in the dialog that it opens, looks at it, and confirms. */
    const act = async (page, within, name, values = {}, more = async () => undefined) => {
      await button(within, name).first().click();
      await fill(dialog(page), values);
      await more(dialog(page));
      await look(page, `act-${name}`);
      await dialog(page).locator(".ant-modal-footer .ant-btn-primary").click();
      await dialog(page).waitFor({ state: "hidden" });
    };
    const rowOf = (page, text) => page.getByRole("row", { name: text });
    const tab = async (page, name) => {
      await page.getByRole("tab", { name }).click();
      await stage.settled(page);
    };

    step("sales enters the servers, and the form asks for the contract where none is chosen", async () => {
      await stage.open(sales, "/maintenance");
      await look(sales, "maintenance-empty");
      const lines =
        "SMS-01，戴尔 R740，Debian 13，昆明机房，7XK2L13，10.0.8.11，应用，何斌\nSMS-02，戴尔 R740，Debian 13，昆明机房，7XK2L14，10.0.8.12，数据库，何斌";
      const label = "服务器（每行一台：名称，型号，系统，位置，序列号，地址，用途，保管人）";
      await act(sales, sales, "更新资料表", { [label]: lines, 本版变更: "第一版" }, () => choose(sales, "合同", "蜀江机械"));
      await choose(sales, "按合同查看", "蜀江机械");
      await tab(sales, "服务器资料表");
      await sales.getByRole("columnheader", { name: "序列号" }).first().waitFor();
      await look(sales, "sheets");
    });

    step("a change is asked for by letter, answered within three working days, agreed to and done", async () => {
      const today = (await get(sales, "/sandbox/clock")).now.slice(0, 10);
      await tab(sales, "变更申请");
      await act(sales, sales, "提出变更", { 标题: "增加应用服务器", 内容与理由: "年底扩容" }, async (form) => {
        await form.locator("input[type=file]").setInputFiles(pdf("变更申请.pdf"));
        await form.getByText("变更申请.pdf").waitFor();
      });
      const row = rowOf(sales, /增加应用服务器/);
      await row.getByText("待答复").waitFor();
      // The clock is of working days: at least three calendar days, with a long holiday in between at most eleven.
      const due = (await get(sales, "/change-requests")).items[0].due_on;
      const days = (Date.parse(due) - Date.parse(today)) / 86_400_000;
      assert.ok(days >= 3 && days <= 13, `three working days after ${today} are ${due}`);
      await row.getByText(due).waitFor();
      await look(sales, "change-request");
      await act(sales, row, "答复", { 内容与理由: "可行，需两天", 所需工作日: "2" });
      await row.getByRole("button", { name: "是否同意" }).waitFor();
      await act(sales, row, "是否同意", { 说明: "客户邮件确认" });
      await act(sales, row, "完成", { 说明: "扩容完成并通过测试" });
      await row.getByText("已完成").waitFor();
    });

    step("an incident is raised, taken up, resolved and closed; its visit leaves a report", async () => {
      await tab(sales, "故障");
      await act(sales, sales, "报告故障", { 标题: "磁盘告警", 内容与理由: "SMS-01 硬盘告警", 涉及的服务器: "SMS-01" });
      const row = rowOf(sales, /磁盘告警/);
      await look(sales, "incident");
      await act(sales, row, "受理", { 说明: "已远程接入" });
      await act(sales, row, "已排除", { 原因: "2 号硬盘损坏", 预防措施: "更换同批次硬盘" });
      await act(sales, row, "确认关闭", { 说明: "客户电话确认" });
      await row.getByText("已关闭").waitFor();
      await tab(sales, "上门服务");
      await act(sales, sales, "计划上门", { 事由: "更换硬盘", 服务人员: "赵强" });
      const visit = rowOf(sales, /更换硬盘/);
      await act(sales, visit, "提交报告", { 涉及的服务器: "SMS-01", 服务人员: "赵强", 处理内容: "更换 2 号硬盘", 结果: "正常" });
      await visit.getByRole("button", { name: "确认报告" }).waitFor();
      await look(sales, "visits");
      await tab(sales, "交付与培训");
      await act(sales, sales, "登记交付", { 标题: "运维培训", 内容与理由: "半天", 经办: "赵强" });
      await look(sales, "records");
    });

    step("an interruption is announced by two people, and every customer sees it", async () => {
      const lead = await stage.as("saleslead");
      await stage.open(lead, "/announcements");
      await look(lead, "announcements-empty");
      await button(lead, "起草公告").click();
      await fill(dialog(lead), {
        "标题（中文）": "移动通道割接",
        "标题（英文）": "Work on the CMCC channel",
        "原因（中文）": "运营商网络升级",
        "原因（英文）": "The carrier upgrades its network",
      });
      const today = (await get(sales, "/sandbox/clock")).now.slice(0, 10);
      const day = new Date(Date.parse(today) + 5 * 86_400_000).toISOString().slice(0, 10);
      const ends = dialog(lead).locator(".ant-picker-range input");
      for (const [i, time] of ["00:00", "04:00"].entries()) {
        await ends.nth(i).fill(`${day} ${time}`);
        await ends.nth(i).press("Enter");
      }
      await look(lead, "announcement-form");
      await button(dialog(lead), "起草公告").click();
      await dialog(lead).waitFor({ state: "hidden" });
      const row = (page) => rowOf(page, /移动通道割接/);
      await row(lead).waitFor();
      assert.equal(await button(row(lead), "发布").count(), 0, "not by who drew it up");
      const second = await stage.as("compliancelead");
      await stage.open(second, "/announcements");
      await act(second, row(second), "发布");
      await row(second).getByText("已发布").waitFor();
      await look(second, "announcements");
      const own = await stage.as("customer");
      await stage.open(own, "/announcements");
      await row(own).waitFor();
      await look(own, "announcements-own");
      await act(second, row(second), "发布进展", { "说明（中文）": "备件已到", "说明（英文）": "The spare part is here" });
      await act(second, row(second), "取消", { "说明（中文）": "割接改期", "说明（英文）": "It is put off" });
      await own.reload();
      await row(own).getByText("已取消").waitFor();
    });

    step("sales notes a call, and a customer chooses its ways of notices", async () => {
      await stage.open(sales, "/calls");
      await act(sales, sales, "新建", { 事由: "确认续期意向", 记录: "合同将于年底到期" }, () =>
        choose(sales, "客户", "蜀江机械"),
      );
      const row = rowOf(sales, /确认续期意向/);
      await act(sales, row, "登记结果", { 通话对象: "何斌", 记录: "愿意续期" });
      await row.getByText("已沟通").waitFor();
      await look(sales, "calls");
      await tab(sales, "系统短信");
      await look(sales, "messages");
      const own = await stage.as("customer");
      await stage.open(own, "/");
      await own.getByRole("link", { name: "通知方式" }).click();
      await own.getByRole("heading", { name: "通知方式" }).waitFor();
      const first = own.locator("button[role=switch]:not([disabled])").first();
      await first.click();
      await own.locator("button[role=switch]:not([disabled])[aria-checked=false]").first().waitFor();
      await look(own, "notice-ways");
      await stage.open(sales, "/notice-ways");
      await look(sales, "notice-ways-sales");
    });
  },
);
