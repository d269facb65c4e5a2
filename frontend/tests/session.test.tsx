import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { open, Refusal, serve, session } from "./harness";

const nobody = new Refusal(401, { code: "session.none" });
const home = {
  today: "2026-11-26",
  queues: [{ key: "batches_to_review", count: 4, link: "/review", tone: "todo" }],
  figures: [],
};

describe("signing in", () => {
  it("leads to the page that was asked for", async () => {
    const server = serve({ "GET /session": nobody, "GET /customers": { items: [], total: 0 } });
    const view = open("/customers");
    await userEvent.type(await screen.findByLabelText("账号"), "chenxiao");
    server.answers["POST /session"] = () => {
      server.answers["GET /session"] = session;
      return session;
    };
    await userEvent.type(screen.getByLabelText("密码"), "correct horse battery{Enter}");
    expect(await screen.findByRole("heading", { name: "客户" })).toBeInTheDocument();
    expect(view.at()).toBe("/customers");
    expect(server.of("POST", "/session")[0]?.body).toEqual({ login: "chenxiao", password: "correct horse battery" });
  });

  it("shows the server's reason and keeps what was typed", async () => {
    serve({ "GET /session": nobody, "POST /session": new Refusal(401, { detail: "账号或密码不对，再错 3 次将锁定 15 分钟" }) });
    open("/");
    await userEvent.type(await screen.findByLabelText("账号"), "chenxiao");
    await userEvent.type(screen.getByLabelText("密码"), "wrong{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("再错 3 次");
    expect(screen.getByLabelText("账号")).toHaveValue("chenxiao");
  });

  it("speaks English when asked to, and remembers it", async () => {
    serve({ "GET /session": nobody });
    open("/");
    await userEvent.click(await screen.findByRole("button", { name: "English" }));
    expect(screen.getByRole("button", { name: "Sign in" })).toBeInTheDocument();
    expect(document.documentElement.lang).toBe("en");
    expect(localStorage.getItem("sealgate.lang")).toBe("en");
    await userEvent.click(screen.getByRole("button", { name: "中文" }));
    expect(screen.getByRole("button", { name: "登录" })).toBeInTheDocument();
  });
});

describe("what a person sees", () => {
  it("is the menu of their capabilities, and nothing else by address", async () => {
    serve({ "GET /session": { ...session, capabilities: ["customer.read"] }, "GET /home": home });
    const view = open("/ledger");
    expect(await screen.findByRole("heading", { name: "您没有权限查看此页" })).toBeInTheDocument();
    const menu = screen.getByRole("navigation", { name: "主菜单" });
    expect(
      within(menu)
        .getAllByRole("link")
        .map((l) => l.textContent),
    ).toEqual(["工作台", "客户", "资质", "报备登记", "码号池", "资料变更"]);
    await userEvent.click(within(menu).getByRole("link", { name: "工作台" }));
    expect(view.at()).toBe("/");
    expect(await screen.findByRole("link", { name: /4.*批次待审核/ })).toHaveAttribute("href", "/review");
  });

  it("has the sandbox clock only in sandbox mode", async () => {
    const clock = {
      sandbox: true,
      now: "2026-11-26T09:30:00+08:00",
      real_now: "2026-11-21T09:30:00+08:00",
      offset_ms: 432_000_000,
      ran: [],
    };
    serve({ "GET /home": home });
    const plain = open("/");
    await screen.findByRole("link", { name: /批次待审核/ });
    expect(screen.queryByRole("button", { name: /沙箱时钟/ })).toBeNull();
    plain.unmount();
    const server = serve({
      "GET /session": { ...session, sandbox: true },
      "GET /home": home,
      "GET /sandbox/clock": clock,
      "POST /sandbox/clock": { ...clock, ran: [{ job: "bills", day: "2026-12-01", outcome: "3" }] },
    });
    open("/");
    await userEvent.click(await screen.findByRole("button", { name: "沙箱时钟 2026-11-26 09:30" }));
    await userEvent.click(await screen.findByRole("button", { name: "到下月 1 日" }));
    await waitFor(() => expect(server.of("POST", "/sandbox/clock")[0]?.body).toEqual({ date: "2026-12-01" }));
    expect(await screen.findByText("bills")).toBeInTheDocument();
  });

  it("jumps anywhere with Ctrl K", async () => {
    serve({
      "GET /home": home,
      "GET /search": {
        items: [{ kind: "bill", id: "b1", label: "B-202610-000001", title: "云帆", state: "issued", link: "/bills/b1" }],
      },
    });
    const view = open("/");
    await screen.findByRole("link", { name: /批次待审核/ });
    await userEvent.keyboard("{Control>}k{/Control}");
    await userEvent.type(await screen.findByRole("combobox", { name: "搜索" }), "000001");
    await screen.findByRole("option", { name: /B-202610-000001/ });
    await userEvent.keyboard("{Enter}");
    expect(view.at()).toBe("/bills/b1");
  });
});

it("asks for the password in place when the session ends, and loses nothing", async () => {
  const server = serve({
    "GET /customers": { items: [], total: 0 },
    "POST /customers": new Refusal(401, { code: "session.ended" }),
  });
  open("/customers/new");
  await userEvent.type(await screen.findByLabelText("客户名称"), "云帆商城");
  await userEvent.type(screen.getByLabelText("统一社会信用代码"), "91510100ma6cxxxx0k");
  await userEvent.type(screen.getByLabelText("法定代表人"), "李建国");
  await userEvent.type(screen.getByLabelText("地址"), "成都");
  await userEvent.type(screen.getByLabelText("姓名"), "王芳");
  await userEvent.type(screen.getByLabelText("电话"), "13900001234");
  await userEvent.click(screen.getByRole("button", { name: "保存" }));
  const dialog = await screen.findByRole("dialog", { name: "登录已失效" });
  server.answers["POST /session"] = session;
  await userEvent.type(within(dialog).getByLabelText("密码"), "correct horse battery{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog", { name: "登录已失效" })).toBeNull());
  expect(screen.getByLabelText("客户名称")).toHaveValue("云帆商城");
  expect(screen.getByLabelText("统一社会信用代码")).toHaveValue("91510100MA6CXXXX0K");
});

it("repeats a change whose answer was lost with the same key, so that it happens once", async () => {
  const server = serve({ "POST /customers": new Refusal(503, { code: "http.unavailable" }) });
  open("/customers/new");
  for (const [label, value] of [
    ["客户名称", "云帆"],
    ["统一社会信用代码", "91510100MA6CXXXX0K"],
    ["法定代表人", "李"],
    ["地址", "成都"],
    ["姓名", "王"],
    ["电话", "13900001234"],
  ] as const)
    await userEvent.type(await screen.findByLabelText(label), value);
  await userEvent.click(screen.getByRole("button", { name: "保存" }));
  await waitFor(() => expect(server.of("POST", "/customers")).toHaveLength(1));
  await screen.findByText(/http.unavailable/);
  await userEvent.click(screen.getByRole("button", { name: "保存" }));
  await waitFor(() => expect(server.of("POST", "/customers")).toHaveLength(2));
  const [first, second] = server.of("POST", "/customers");
  expect(first?.key).toBeTruthy();
  expect(second?.key).toBe(first?.key);
  // Refused input is a new attempt, not a repeat.
  server.answers["POST /customers"] = new Refusal(422, {
    errors: [{ field: "uscc", code: "check_digit", detail: "校验码不对，应为 7", detail_en: "wrong" }],
  });
  await userEvent.click(screen.getByRole("button", { name: "保存" }));
  expect((await screen.findAllByText("校验码不对，应为 7")).length).toBeGreaterThan(0);
  await userEvent.click(screen.getByRole("button", { name: "保存" }));
  await waitFor(() => expect(server.of("POST", "/customers")).toHaveLength(4));
  expect(server.of("POST", "/customers")[3]?.key).not.toBe(first?.key);
});
