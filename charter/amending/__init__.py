"""How the law is changed, and by whom.

    draft ─▶ tried on history ─▶ proposed ─▶ enacted ─▶ binds from its time on
                                    └─▶ draft (taken back) | rejected      withdrawn from either

A draft is a whole document over the latest version. Its author proposes it with the report of trying this very
document, a second person approves it. It binds after the law's notice; what runs by then keeps the law that it began
under.
"""
