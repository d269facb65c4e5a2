import { act, renderHook, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { useSlow } from "@/ui/Loading";
import { open, Refusal, serve } from "./harness";

const customer = (n: number) => ({
  id: `c${n}`,
  name: `客户${n}`,
  uscc: `91510100MA6CXXX${n}`,
  legal_rep: "李建国",
  address: "成都",
  contacts: [],
  created_at: "2026-10-01T00:00:00+08:00",
  version: 1,
});
const page = (from: number, next?: string) => ({ items: [customer(from), customer(from + 1)], next_cursor: next, total: 1234 });
const rows = async () => {
  await screen.findByRole("link", { name: "客户1" });
  return screen.getAllByRole("row").filter((r) => within(r).queryByRole("link"));
};

describe("a list", () => {
  it("shows rows with a total and opens one on Enter, moving with the arrows", async () => {
    serve({ "GET /customers": page(1) });
    const view = open("/customers");
    const [first] = await rows();
    expect(screen.getByText("共 1,234 条")).toBeInTheDocument();
    first?.focus();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(view.at()).toBe("/customers/c2");
  });

  it("shows a row in a drawer on Space and stays where it is", async () => {
    serve({ "GET /customers": page(1) });
    const view = open("/customers");
    const [first] = await rows();
    first?.focus();
    await userEvent.keyboard(" ");
    expect(await screen.findByRole("dialog")).toHaveTextContent("客户1");
    expect(view.at()).toBe("/customers");
  });

  it("keeps search and page in the address and reads them from it", async () => {
    const server = serve({ "GET /customers": (c: { query: URLSearchParams }) => page(c.query.get("cursor") ? 3 : 1, "next") });
    const view = open("/customers?q=%E4%BA%91%E5%B8%86");
    await rows();
    expect(server.of("GET", "/customers").at(-1)?.query.get("q")).toBe("云帆");
    await userEvent.click(screen.getByRole("button", { name: "下一页" }));
    expect(await screen.findByRole("link", { name: "客户3" })).toBeInTheDocument();
    expect(view.at()).toContain("cursor=next");
    expect(view.at()).toContain("page=2");
    await userEvent.click(screen.getByRole("button", { name: "上一页" }));
    expect(await screen.findByRole("link", { name: "客户1" })).toBeInTheDocument();
    expect(view.at()).not.toContain("cursor");
  });

  it("searches from the first page, whatever page it was on", async () => {
    const server = serve({ "GET /customers": page(1, "next") });
    const view = open("/customers?cursor=next&page=2");
    await rows();
    await userEvent.type(screen.getByRole("textbox", { name: "名称、信用代码" }), "星河{Enter}");
    await waitFor(() => expect(view.at()).toContain("q="));
    expect(view.at()).not.toContain("cursor");
    await waitFor(() => expect(server.of("GET", "/customers").at(-1)?.query.get("q")).toBe("星河"));
  });

  it("hides a column and remembers it", async () => {
    serve({ "GET /customers": page(1) });
    const view = open("/customers");
    await rows();
    expect(screen.getByRole("columnheader", { name: "行业" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "显示的列" }));
    await userEvent.click(await screen.findByRole("checkbox", { name: "行业" }));
    expect(screen.queryByRole("columnheader", { name: "行业" })).toBeNull();
    expect(screen.getByRole("checkbox", { name: "客户名称" })).toBeDisabled();
    view.unmount();
    open("/customers");
    await rows();
    expect(screen.queryByRole("columnheader", { name: "行业" })).toBeNull();
  });

  it("says why it is empty and what to do next", async () => {
    serve({ "GET /customers": { items: [], total: 0 } });
    open("/customers");
    expect(await screen.findByText("还没有客户。")).toBeInTheDocument();
    expect(screen.getByText(/登记第一个客户/)).toBeInTheDocument();
  });

  it("tells a filter that matches nothing from a list that is empty", async () => {
    serve({ "GET /customers": { items: [], total: 0 } });
    const view = open("/customers?q=none");
    expect(await screen.findByText("没有符合当前筛选条件的记录。")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "清除筛选" }));
    expect(view.at()).toBe("/customers");
  });

  it("says what failed with the request id, and tries again", async () => {
    const server = serve({
      "GET /customers": new Refusal(500, { detail: "系统内部错误", code: "internal", request_id: "01JD7" }),
    });
    open("/customers");
    const note = await screen.findByRole("alert");
    expect(note).toHaveTextContent("系统内部错误");
    expect(note).toHaveTextContent("01JD7");
    server.answers["GET /customers"] = page(1);
    await userEvent.click(within(note).getByRole("button", { name: /重试/ }));
    expect(await screen.findByRole("link", { name: "客户1" })).toBeInTheDocument();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows a skeleton in the final shape while it waits, and rows once they are there", async () => {
    let answer: (v: unknown) => void = () => undefined;
    serve({
      "GET /customers": () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    open("/customers");
    await waitFor(() => expect(document.querySelectorAll(".bones").length).toBeGreaterThan(0));
    await act(async () => answer(page(1)));
    await rows();
    expect(document.querySelectorAll(".bones").length).toBe(0);
  });
});

it("calls a wait slow only after 150 ms, and never after it is over", () => {
  vi.useFakeTimers();
  try {
    const { result, rerender } = renderHook(({ busy }) => useSlow(busy), { initialProps: { busy: true } });
    act(() => void vi.advanceTimersByTime(149));
    expect(result.current).toBe(false);
    act(() => void vi.advanceTimersByTime(1));
    expect(result.current).toBe(true);
    rerender({ busy: false });
    expect(result.current).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
