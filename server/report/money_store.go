package report

import (
	"context"
	"encoding/json"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

type ageRow struct {
	CustomerID, Name, Owner               string
	NotDue, D30, D60, D90, Older, LateFee money.Fen
}

// receivables adds up the open bills of each customer by age; the one who owes most comes first.
func (s store) receivables(ctx context.Context, today caldate.Date) (out []ageRow, err error) {
	q, args := fill(ctx, `SELECT x.customer_id, c.name, COALESCE(u.name, '') AS owner, x.not_due, x.d30, x.d60, x.d90, x.older, x.late_fee
		FROM (SELECT customer_id,
			SUM(CASE WHEN due_on >= :today THEN total_fen + noted_fen - paid_fen ELSE 0 END) AS not_due,
			SUM(CASE WHEN due_on < :today AND due_on >= :thirty THEN total_fen + noted_fen - paid_fen ELSE 0 END) AS d30,
			SUM(CASE WHEN due_on < :thirty AND due_on >= :sixty THEN total_fen + noted_fen - paid_fen ELSE 0 END) AS d60,
			SUM(CASE WHEN due_on < :sixty AND due_on >= :ninety THEN total_fen + noted_fen - paid_fen ELSE 0 END) AS d90,
			SUM(CASE WHEN due_on < :ninety THEN total_fen + noted_fen - paid_fen ELSE 0 END) AS older,
			SUM(late_fee_fen - late_fee_paid_fen) AS late_fee,
			SUM(total_fen + noted_fen - paid_fen + late_fee_fen - late_fee_paid_fen) AS owed
			FROM bills WHERE state IN ('issued', 'overdue') AND {scope:customer_id} GROUP BY customer_id) x
		JOIN customers c ON c.id = x.customer_id LEFT JOIN users u ON u.id = c.owner_id
		WHERE x.owed <> 0 ORDER BY x.owed DESC, x.customer_id`,
		map[string]any{"today": today, "thirty": today.AddDays(-30), "sixty": today.AddDays(-60), "ninety": today.AddDays(-90)})
	err = s.db.Q(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}

type overdueRow struct {
	ID, Number, CustomerID, Name, ContractID, ContractNumber, State, Owner, Contacts string
	DueOn, SuspendOn                                                                 caldate.Date
	Principal, LateFee                                                               money.Fen
}

// contact is whom to call: the first contact's name; the number is on the customer's page, where looking at it is logged.
func (r overdueRow) contact() string {
	var people []struct{ Name string }
	if json.Unmarshal([]byte(r.Contacts), &people) != nil || len(people) == 0 {
		return ""
	}
	return people[0].Name
}

func (s store) overdue(ctx context.Context) (out []overdueRow, err error) {
	q, args := fill(ctx, `SELECT b.id, b.number, b.customer_id, c.name, b.contract_id, b.contract_number, k.state, COALESCE(u.name, '') AS owner, c.contacts, b.due_on, b.suspend_on,
			b.total_fen + b.noted_fen - b.paid_fen AS principal, b.late_fee_fen - b.late_fee_paid_fen AS late_fee
		FROM bills b JOIN customers c ON c.id = b.customer_id JOIN contracts k ON k.id = b.contract_id LEFT JOIN users u ON u.id = c.owner_id
		WHERE b.state = 'overdue' AND {scope:b.customer_id} ORDER BY b.due_on, b.number`, nil)
	err = s.db.Q(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}

type sliceRow struct {
	Month, Slice string
	Amount       money.Fen
}

// revenue adds up the income accounts by month of posting. Credits are negative lines, income is what they say turned.
func (s store) revenue(ctx context.Context, from, to caldate.Month, by string) (out []sliceRow, err error) {
	slice, join := map[string]string{"kind": "COALESCE(k.kind, '')", "charge": "l.account", "owner": "COALESCE(u.name, '')"}[by], ""
	switch by {
	case "kind":
		join = "LEFT JOIN contracts k ON k.id = e.contract_id"
	case "owner":
		join = "LEFT JOIN customers c ON c.id = e.customer_id LEFT JOIN users u ON u.id = c.owner_id"
	}
	q, args := fill(ctx, `SELECT SUBSTR(e.on_date, 1, 7) AS month, `+slice+` AS slice, -SUM(l.amount_fen) AS amount
		FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id `+join+`
		WHERE (l.account LIKE 'revenue%' OR l.account = 'late_fee_income') AND e.on_date BETWEEN :first AND :last AND {scope:e.customer_id}
		GROUP BY SUBSTR(e.on_date, 1, 7), `+slice+` HAVING SUM(l.amount_fen) <> 0`,
		map[string]any{"first": from.First(), "last": to.Last()})
	err = s.db.Q(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}

type lateFeeRow struct {
	Month         string
	Bills         int64
	Accrued, Paid money.Fen
}

func (s store) lateFees(ctx context.Context, from, to caldate.Month) (out []lateFeeRow, err error) {
	q, args := fill(ctx, `SELECT month, COUNT(*) AS bills, SUM(late_fee_fen) AS accrued, SUM(late_fee_paid_fen) AS paid
		FROM bills WHERE late_fee_fen <> 0 AND month BETWEEN :first AND :last AND {scope:customer_id} GROUP BY month`,
		map[string]any{"first": from, "last": to})
	err = s.db.Q(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}

type balanceRow struct {
	ContractID, Number, CustomerID, Name, Owner, State string
	EndDate                                            caldate.Date
	First, Second                                      money.Fen
}

// balances gives the contracts that have money on one of two of their accounts, as people read it.
func (s store) balances(ctx context.Context, first, second string) (out []balanceRow, err error) {
	q, args := fill(ctx, `SELECT k.id AS contract_id, k.number, k.customer_id, c.name, COALESCE(u.name, '') AS owner, k.state, k.end_date, x.first, x.second
		FROM (SELECT contract_id, -SUM(CASE WHEN account = :first THEN amount_fen ELSE 0 END) AS first, -SUM(CASE WHEN account = :second THEN amount_fen ELSE 0 END) AS second
			FROM ledger_balances WHERE account IN (:first, :second) GROUP BY contract_id) x
		JOIN contracts k ON k.id = x.contract_id JOIN customers c ON c.id = k.customer_id LEFT JOIN users u ON u.id = c.owner_id
		WHERE (x.first <> 0 OR x.second <> 0) AND {scope:k.customer_id} ORDER BY x.first + x.second DESC, k.number`,
		map[string]any{"first": first, "second": second})
	err = s.db.Q(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}
