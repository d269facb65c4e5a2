-- +goose Up
UPDATE handoffs SET category = (SELECT b.category FROM batches b WHERE b.id = handoffs.batch_id),
  left_out = (SELECT b.good_count - b.refuse_count FROM batches b WHERE b.id = handoffs.batch_id) - approved
  WHERE batch_id IN (SELECT id FROM batches);
INSERT INTO handoff_days (on_date, customer_id, contract_id, category, channel, carrier, sent, delivered, failed, doubtful, parts)
  SELECT r.on_date, r.customer_id, r.contract_id, h.category, r.channel, r.carrier,
    SUM(CASE WHEN r.outcome = 'sent' THEN r.messages ELSE 0 END), SUM(CASE WHEN r.outcome = 'delivered' THEN r.messages ELSE 0 END),
    SUM(CASE WHEN r.outcome = 'failed' THEN r.messages ELSE 0 END), 0, SUM(CASE WHEN r.outcome = 'delivered' THEN r.parts ELSE 0 END)
  FROM handoff_results r JOIN handoffs h ON h.batch_id = r.batch_id
  GROUP BY r.on_date, r.customer_id, r.contract_id, h.category, r.channel, r.carrier;
INSERT INTO handoff_day_codes (on_date, customer_id, contract_id, category, channel, carrier, outcome, code, meaning, messages, parts)
  SELECT r.on_date, r.customer_id, r.contract_id, h.category, r.channel, r.carrier, r.outcome, r.code, MAX(r.meaning), SUM(r.messages), SUM(r.parts)
  FROM handoff_results r JOIN handoffs h ON h.batch_id = r.batch_id WHERE r.outcome <> 'sent'
  GROUP BY r.on_date, r.customer_id, r.contract_id, h.category, r.channel, r.carrier, r.outcome, r.code;
INSERT INTO handoff_months (month, customer_id, contract_id, category, channel, carrier, sent, delivered, failed, doubtful, parts)
  SELECT SUBSTR(on_date, 1, 7), customer_id, contract_id, category, channel, carrier, SUM(sent), SUM(delivered), SUM(failed), SUM(doubtful), SUM(parts)
  FROM handoff_days GROUP BY SUBSTR(on_date, 1, 7), customer_id, contract_id, category, channel, carrier;
INSERT INTO handoff_month_codes (month, customer_id, contract_id, category, channel, carrier, outcome, code, meaning, messages, parts)
  SELECT SUBSTR(on_date, 1, 7), customer_id, contract_id, category, channel, carrier, outcome, code, MAX(meaning), SUM(messages), SUM(parts)
  FROM handoff_day_codes GROUP BY SUBSTR(on_date, 1, 7), customer_id, contract_id, category, channel, carrier, outcome, code;
-- +goose Down
DELETE FROM handoff_month_codes;
DELETE FROM handoff_months;
DELETE FROM handoff_day_codes;
DELETE FROM handoff_days;
