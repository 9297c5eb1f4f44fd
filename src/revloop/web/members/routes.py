from __future__ import annotations

from revloop.operations.access.rules import ADMINS
from revloop.web.members import views
from revloop.web.routes import Route

_CHANGE = {"POST": ADMINS}

ROUTES = (
    Route("members/", "members", views.overview, {"GET": ADMINS}),
    Route("members/invite", "member_invite", views.invite, _CHANGE),
    Route("members/invited/<int:number>/withdraw", "member_withdraw", views.withdraw, _CHANGE),
    Route("members/<int:number>/role", "member_role", views.set_role, _CHANGE),
    Route("members/<int:number>/password", "member_password", views.link_for_password, _CHANGE),
    Route("members/<int:number>/disable", "member_disable", views.disable, _CHANGE),
    Route("members/<int:number>/enable", "member_enable", views.enable, _CHANGE),
)
