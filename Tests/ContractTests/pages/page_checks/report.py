"""What passed and what failed."""


class Report:
    def __init__(self):
        self.passed = 0
        self.failures = []

    def check(self, what, problems):
        """One check: `problems` is a list of texts, empty when all is well."""
        if problems:
            self.failures.append(what)
            print(f"FAILED {what}")
            for problem in problems:
                print(f"       {problem}")
        else:
            self.passed += 1

    def note(self, text):
        """A figure to look at that neither passes nor fails."""
        print(f"note   {text}")

    def finish(self):
        """Prints the sum; returns the exit code."""
        if self.failures:
            print("failed: " + "; ".join(self.failures))
        print(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures else 0
