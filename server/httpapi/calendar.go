package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/workday"
)

type specialDay struct {
	Day         caldate.Date    `json:"day"`
	Worked      bool            `json:"worked" doc:"A weekend day that is worked; else a weekday or weekend day that is off."`
	Name        string          `json:"name"`
	Source      string          `json:"source" doc:"The announcement, or why somebody entered it."`
	Entered     bool            `json:"entered" doc:"By a person, over what was announced."`
	EnteredName string          `json:"entered_by_name"`
	EnteredAt   caldate.Instant `json:"entered_at"`
}

type calendarYear struct {
	Year      int          `json:"year"`
	Announced bool         `json:"announced" doc:"Whether the State Council's arrangement of the year comes with the program; if not, only weekends and what was entered count."`
	Days      []specialDay `json:"days"`
}

func (a *API) calendars() {
	Register(a, Op{
		ID: "get-calendar", Method: http.MethodGet, Path: "/calendar/{year}", Capability: "calendar.read", Tag: "calendar",
		Summary: "一年的节假日与调休上班日", SummaryEn: "Public holidays and make-up days of a year",
	}, func(ctx context.Context, in *struct {
		Year int `path:"year" minimum:"2020" maximum:"2099"`
	},
	) (*struct{ Body calendarYear }, error) {
		days, announced, err := a.deps.Workdays.Year(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return &struct{ Body calendarYear }{calendarYear{in.Year, announced, Convert(days, func(d workday.Day) specialDay {
			return specialDay{d.Day, d.Worked, d.Name, d.Source, d.Entered, d.EnteredName, d.EnteredAt}
		})}}, nil
	})
	Register(a, Op{
		ID: "enter-holidays", Method: http.MethodPost, Path: "/calendar/days", Capability: "calendar.write", Tag: "calendar", Status: http.StatusNoContent,
		Summary: "登记节假日或者调休上班日", SummaryEn: "Enter public holidays or make-up days, over what was announced",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Days []struct {
				Day    caldate.Date `json:"day"`
				Worked bool         `json:"worked,omitempty"`
				Name   string       `json:"name" maxLength:"100"`
				Reason string       `json:"reason" maxLength:"1000"`
			} `json:"days"`
		}
	},
	) (*struct{}, error) {
		entries := make([]workday.Entry, len(in.Body.Days))
		for i, d := range in.Body.Days {
			entries[i] = workday.Entry{Day: d.Day, Worked: d.Worked, Name: d.Name, Reason: d.Reason}
		}
		return nil, a.deps.Workdays.Enter(ctx, entries)
	})
	Register(a, Op{
		ID: "withdraw-holiday", Method: http.MethodPost, Path: "/calendar/days/{day}/withdraw", Capability: "calendar.write", Tag: "calendar", Status: http.StatusNoContent,
		Summary: "撤销人工登记的一天", SummaryEn: "Take back a day that was entered",
	}, func(ctx context.Context, in *struct {
		Day  string `path:"day" maxLength:"20"`
		Body struct {
			Reason string `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{}, error) {
		d, err := caldate.Parse(in.Day)
		if err != nil {
			return nil, err
		}
		return nil, a.deps.Workdays.Withdraw(ctx, d, in.Body.Reason)
	})
}
