"""Did both sides keep their promises?"""
