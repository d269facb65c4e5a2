-- +goose Up
CREATE TABLE payables (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  month CHAR(7) NOT NULL,
  state VARCHAR(16) NOT NULL,
  our_parts BIGINT NOT NULL,
  our_fen BIGINT NOT NULL,
  their_parts BIGINT NOT NULL,
  computed_fen BIGINT NOT NULL,
  net_fen BIGINT NOT NULL,
  claimed_fen BIGINT NOT NULL,
  line_items TEXT NOT NULL,
  note VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  due_on CHAR(10) NOT NULL,
  created_on CHAR(10) NOT NULL,
  compared_by VARCHAR(32) NOT NULL,
  compared_at BIGINT NULL,
  approved_by VARCHAR(32) NOT NULL,
  approved_at BIGINT NULL,
  paid_by VARCHAR(32) NOT NULL,
  paid_on CHAR(10) NULL,
  reference VARCHAR(80) NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX payables_number ON payables (number);
CREATE UNIQUE INDEX payables_month ON payables (contract_id, month);
CREATE INDEX payables_state ON payables (state, id);
-- +goose Down
DROP TABLE payables;
