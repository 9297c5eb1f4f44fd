"""The house people walk into: screens by question.

server.py     the WSGI application of one workspace, and the server that runs it
house.py      what every request knows: the workspace, its company, whether it is a demo
routes.py     what a route is: a path, a view, and who may use which method; nothing is open unless
              it says so
urls.py       the one list of all routes
headers.py    what every answer says to the browser
production.py  the same for several processes behind a proxy
pages.py      a page inside its shell
forms.py      a form, and how it comes back with what is wrong; sent.py: one text for each field
shell/        the frame around every page: the questions, the state of agreement and data
<section>/    one folder a question: routes.py, views.py, and templates of the same name
"""
