import { dialog, pdf, state } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("corner", "a customer's day", ({ stage, prepare, step, look, shoot }) => {
  let own;
  prepare(async () => {
    own = await stage.as("customer");
  });

  step("begins with what waits, and sees what was sent", async () => {
    await stage.open(own, "/");
    await look(own, "corner-home");
    await stage.open(own, "/statistics");
    await own.getByRole("heading", { name: "发送统计" }).waitFor();
    await look(own, "corner-statistics");
    await stage.open(own, "/batches");
    await own.locator(".state").first().waitFor();
  });

  step("shows a proof of payment, which finance finds as a hint", async () => {
    await stage.open(own, "/payment-proofs");
    await own.getByRole("button", { name: "上传付款凭证" }).first().click();
    await dialog(own).locator(".money-input input").first().fill("1234.56");
    await dialog(own).getByLabel("汇款户名").fill("成都云帆电子商务有限公司");
    await dialog(own).locator("input[type=file]").setInputFiles(pdf("回单.pdf"));
    await dialog(own).locator(".attach-link").waitFor();
    await dialog(own).getByRole("button", { name: "上传付款凭证" }).click();
    await own
      .getByRole("row", { name: /1,234\.56/ })
      .getByText("待处理")
      .waitFor();
    await look(own, "corner-proofs");
    const finance = await stage.as("finance");
    await stage.open(finance, "/payment-proofs");
    await finance
      .getByRole("row", { name: /1,234\.56/ })
      .getByRole("button", { name: "对应到账" })
      .waitFor();
  });

  step("asks a question, which sales answers", async () => {
    await stage.open(own, "/tickets");
    await own.getByRole("button", { name: "新建工单" }).first().click();
    await dialog(own).getByLabel("主题").fill("双十二能否临时加量");
    await dialog(own).getByLabel("内容").fill("预计 12 月 12 日需要多发 5 万条，如何办理？");
    await dialog(own).getByRole("button", { name: "新建工单" }).click();
    await own.waitForURL(/\/tickets\/\w+$/);
    const address = new URL(own.url()).pathname;
    const sales = await stage.as("sales");
    await stage.open(sales, address);
    await sales.getByLabel("回复").fill("可以签补充协议，我来准备。");
    await sales.getByRole("button", { name: "回复" }).click();
    await state(sales, "已答复");
    await own.goto(address);
    await own.getByText("可以签补充协议").waitFor();
    await look(own, "corner-ticket");
  });

  step("proposes a change of the record", async () => {
    await stage.open(own, "/proposals");
    await own.getByRole("button", { name: "申请变更资料" }).first().click();
    await dialog(own).getByLabel("行业").fill("电子商务");
    await dialog(own).getByRole("button", { name: "申请变更资料" }).click();
    await own.getByText("行业：电子商务").waitFor();
    await look(own, "corner-proposals");
  });

  step("makes an API key, whose secret is shown once, and names a webhook", async () => {
    await stage.open(own, "/access");
    await own.getByRole("button", { name: "新建密钥" }).first().click();
    await dialog(own).getByLabel("名称").fill("订单系统");
    await dialog(own).getByRole("button", { name: "新建密钥" }).click();
    await own.getByText("请立即保存密钥").waitFor();
    await own.getByText(/^sk_/).waitFor();
    await shoot(own, "corner-secret");
    await own.getByRole("button", { name: "已保存" }).click();
    await own
      .getByRole("row", { name: /订单系统/ })
      .getByText("有效")
      .waitFor();
    await look(own, "corner-keys");
    await own.getByRole("tab", { name: "回调地址" }).click();
    await own.getByRole("button", { name: "新建回调" }).first().click();
    await dialog(own).getByLabel("名称").fill("订单系统");
    await dialog(own).getByLabel("地址").fill("https://api.example.com/sealgate");
    await dialog(own).getByRole("button", { name: "新建回调" }).click();
    await own.getByRole("button", { name: "已保存" }).click();
    await own.getByRole("row", { name: /api\.example\.com/ }).waitFor();
    await look(own, "corner-webhooks");
  });

  step("adds somebody who submits, and wants batches approved", async () => {
    await stage.open(own, "/house");
    await own.getByRole("button", { name: "新增人员" }).first().click();
    await dialog(own).getByLabel("登录名").fill("yunfan.submit");
    await dialog(own).getByLabel("姓名").fill("周敏");
    await dialog(own).getByRole("button", { name: "新增人员" }).click();
    await own.getByRole("button", { name: "已保存" }).click();
    await own
      .getByRole("row", { name: /yunfan\.submit/ })
      .getByText("提交批次")
      .waitFor();
    await look(own, "corner-people");
    await own.getByRole("tab", { name: "安全" }).click();
    await own.getByRole("switch").first().click();
    await own.locator(".ant-switch-checked").waitFor();
    await look(own, "corner-security");
  });

  step("freezes everything at once; support lifts it after a check", async () => {
    stage.allow(401, "/api/v1/");
    await own.getByRole("button", { name: "冻结本企业" }).click();
    await dialog(own).getByLabel("原因").fill("笔记本电脑被盗");
    await dialog(own).getByRole("button", { name: "冻结本企业" }).click();
    await own.getByLabel("密码").waitFor();
    const sales = await stage.as("sales");
    await stage.open(sales, "/support");
    await sales.getByText("笔记本电脑被盗").waitFor();
    await sales.getByRole("button", { name: "登记核验" }).first().click();
    const check = sales.getByRole("dialog");
    await check.getByLabel("客户", { exact: true }).click();
    await sales.locator(".ant-select-item-option", { hasText: "成都云帆" }).click();
    await check.getByLabel("客户方人员").fill("吴岚");
    await check.getByLabel("核验情况").fill("回拨登记电话，核对合同编号");
    await check.getByLabel("办理事项").fill("解冻");
    await check.getByRole("button", { name: "登记核验" }).click();
    await sales.getByRole("row", { name: /吴岚/ }).first().waitFor();
    await look(sales, "corner-support");
    const admin = await stage.as("sysadmin");
    await stage.open(admin, "/support");
    await admin.getByRole("button", { name: "解冻" }).click();
    await admin.getByRole("dialog").getByLabel("原因").fill("已核验身份");
    await admin.getByRole("dialog").getByRole("button", { name: "解冻" }).click();
    await admin.getByText("没有生效中的冻结。").waitFor();
    const again = await stage.enter("customer");
    await stage.open(again, "/house?tab=checks");
    await again.getByText(/customer\.unfreeze/).waitFor();
    await look(again, "corner-checks");
  });
});
