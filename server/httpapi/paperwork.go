package httpapi

import (
	"sealgate/server/announcement"
	"sealgate/server/calltask"
	"sealgate/server/library"
	"sealgate/server/maintenance"
	"sealgate/server/quality"
	"sealgate/server/sysmessage"
	"sealgate/server/workday"
)

// Paperwork are the services of papers, notices and maintenance.
type Paperwork struct {
	Workdays       *workday.Service
	Library        *library.Service
	Maintenance    *maintenance.Service
	Announcements  *announcement.Service
	Quality        *quality.Service
	CallTasks      *calltask.Service
	SystemMessages *sysmessage.Service
}

// papers registers the operations of these domains.
func (a *API) papers() {
	a.libraries()
	a.calendars()
	a.maintenances()
	a.announcements()
	a.qualityReports()
	a.callTasks()
}
