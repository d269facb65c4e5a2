package contract

import "context"

// liveSignings gives every signing that counts.
func (s store) liveSignings(ctx context.Context) (rows []Signing, err error) {
	err = s.db.Q(ctx).Where("live_key IS NOT NULL").Order("contract_id, amendment_id, side").Find(&rows).Error
	return rows, err
}

// unproved gives the signings in the portal whose evidence is not there, or is of another paper or side.
func (s store) unproved(ctx context.Context) (rows []Signing, err error) {
	const object = "(contract_signings.amendment_id = '' AND x.object_id = contract_signings.contract_id OR x.object_id = contract_signings.amendment_id)"
	err = s.db.Q(ctx).Where(`way = ? AND NOT EXISTS (SELECT 1 FROM acceptances x WHERE x.id = contract_signings.evidence_id AND x.side = contract_signings.side
			AND x.document_id = contract_signings.document_id AND `+object+`)
		OR way = ? AND NOT EXISTS (SELECT 1 FROM e_signatures x WHERE x.id = contract_signings.evidence_id AND x.side = contract_signings.side
			AND x.document_id = contract_signings.document_id AND `+object+`)`, Online, ByKey).Find(&rows).Error
	return rows, err
}

func (s store) everyForceMajeure(ctx context.Context) (rows []ForceEvent, err error) {
	err = s.db.Q(ctx).Order("id").Find(&rows).Error
	return rows, err
}
