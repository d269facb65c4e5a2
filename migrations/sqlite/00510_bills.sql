-- +goose Up
CREATE TABLE bills (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  bill_key VARCHAR(64) NOT NULL,
  number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  month CHAR(7) NOT NULL,
  revision INTEGER NOT NULL,
  service_from CHAR(10) NOT NULL,
  service_to CHAR(10) NOT NULL,
  issued_on CHAR(10) NOT NULL,
  issued_at BIGINT NOT NULL,
  window_from CHAR(10) NOT NULL,
  due_on CHAR(10) NOT NULL,
  suspend_on CHAR(10) NOT NULL,
  net_fen BIGINT NOT NULL,
  tax_fen BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  used_parts BIGINT NOT NULL,
  line_items TEXT NOT NULL,
  conditions TEXT NOT NULL,
  hash CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  paid_fen BIGINT NOT NULL,
  late_fee_fen BIGINT NOT NULL,
  late_fee_paid_fen BIGINT NOT NULL,
  accrued_to CHAR(10) NULL,
  paid_on CHAR(10) NULL
);
CREATE UNIQUE INDEX bills_key ON bills (bill_key);
CREATE UNIQUE INDEX bills_number ON bills (number);
CREATE INDEX bills_contract ON bills (contract_id, month);
CREATE INDEX bills_customer ON bills (customer_id, due_on);
CREATE INDEX bills_state ON bills (state, due_on);
CREATE INDEX bills_month ON bills (month, number);
-- +goose Down
DROP TABLE bills;
