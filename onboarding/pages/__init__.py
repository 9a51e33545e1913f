"""The room's pages: applying, following an application, and the provider's page of its companion.

They give the API's own documents to the API's own actions, so that a form and a call are answered alike.
"""
