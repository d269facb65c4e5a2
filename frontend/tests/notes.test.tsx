import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { Bill } from "@/api/bills";
import "@/i18n";
import { takeable } from "@/features/bills/BillActions";
import { signed } from "@/features/bills/BillNotes";
import { base64 } from "@/features/invoices/AnswerDialog";
import { running } from "@/features/statements/StatementParts";
import { ShareTable, sharesOf, type Taken, wrongShare } from "@/parts/ShareTable";

const lines = [
  { line: 0, name: "月租费", left: 10_000 },
  { line: 1, name: "超量短信费", left: 1_989 },
];

function Held() {
  const [taken, setTaken] = useState<Taken>({});
  return <ShareTable lines={lines} value={taken} onChange={setTaken} label="冲减" />;
}

describe("parts of lines", () => {
  it("are what was entered, empty ones left out", () => {
    expect(sharesOf({ 0: null, 1: 1_989 })).toEqual([{ line: 1, amount_fen: 1_989 }]);
    expect(sharesOf({})).toEqual([]);
  });

  it("must be something, and never more than is left", () => {
    expect(wrongShare(lines, {})).toBe("none");
    expect(wrongShare(lines, { 1: 1_990 })).toBe(1);
    expect(wrongShare(lines, { 0: 10_000, 1: 1_989 })).toBeNull();
  });

  it("add up below the table and complain beside the field", () => {
    render(<Held />);
    fireEvent.change(screen.getByLabelText("超量短信费 · 金额"), { target: { value: "20.00" } });
    expect(screen.getByText("最多 19.89")).toBeInTheDocument();
    expect(screen.getByText("¥20.00")).toBeInTheDocument();
  });
});

describe("a bill after its issue", () => {
  it("has left of each line what open disputes do not hold", () => {
    const bill = {
      rest: [
        { description: "月租费", amount_fen: 10_000 },
        { description: "超量短信费", amount_fen: 1_989 },
        { description: "抵减", amount_fen: -500 },
      ],
      disputes: [
        { state: "open", lines: [{ line: 1, amount_fen: 1_989 }] },
        { state: "withdrawn", lines: [{ line: 0, amount_fen: 10_000 }] },
      ],
    } as unknown as Bill;
    expect(takeable(bill)).toEqual([{ line: 0, name: "月租费", left: 10_000 }]);
  });

  it("is made smaller by a credit note and larger by a debit note", () => {
    expect(signed({ kind: "credit", total_fen: 100 })).toBe(-100);
    expect(signed({ kind: "debit", total_fen: 100 })).toBe(100);
  });
});

describe("a statement", () => {
  it("leads from what was brought forward to what is carried", () => {
    const move = (amount_fen: number) => ({ amount_fen, kind: "bill", number: "", on: null, entries: [] });
    const rows = running({ brought_fen: 6_268, corrected_fen: -270, moves: [move(10_000), move(-5_998)] });
    expect(rows.map((r) => r.balance)).toEqual([15_998, 10_000]);
  });
});

describe("the file of a tax invoice", () => {
  it("travels as base64, however large it is", () => {
    expect(base64(new TextEncoder().encode("%PDF"))).toBe("JVBERg==");
    expect(atob(base64(new Uint8Array(100_000))).length).toBe(100_000);
  });
});
