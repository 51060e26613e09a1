"""The program as an operator sees it: a database of its own, SQL beside it, crashes and restarts. Needs no running server."""
import json
import os
import signal
import subprocess
import unittest

from installation import BINARY, CHECKOUT, PATIENCE_SECONDS, Installation, run


class OperationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.there = Installation()
        cls.addClassCleanup(cls.there.close)

    def arrives(self, what, statement, condition):
        self.there.sql(statement)
        print(f"{what}: visible after {self.there.eventually(condition):.3f} s")

    def test_sql_changes_reach_searches_without_restart(self):
        there = self.there
        self.arrives("fee", "UPDATE fees SET amount_cents = 12300 WHERE doctor_id = (SELECT doctor_id FROM doctors WHERE external_id = 'd0')",
                     lambda: there.get("/v1/doctors?q=mokoena")["data"][0]["fee"]["amount_cents"] == 12300)
        self.arrives("name", "UPDATE doctors SET display_name = 'Dr Khumalo' WHERE external_id = 'd0'",
                     lambda: there.names("q=khumalo") == ["Dr Khumalo"])
        self.arrives("new practice", """
            WITH practice AS (INSERT INTO practices (external_id, name, latitude, longitude) VALUES ('far', 'Harbour Rooms', -33.92, 18.42) RETURNING practice_id)
            INSERT INTO doctor_practices (doctor_id, practice_id, position)
            SELECT doctor_id, practice_id, 1 FROM doctors, practice WHERE external_id = 'd0'""",
                     lambda: there.names("near=-33.92,18.42&radius_km=5") == ["Dr Khumalo"])
        self.arrives("deletion", "DELETE FROM doctors WHERE external_id = 'd1'", lambda: there.names("q=naidoo") == [])
        self.assertEqual(sorted(there.names("near=-26.107,28.05&radius_km=5")), ["Dr Botha", "Dr Khumalo"])

    def test_searches_go_on_while_the_database_is_away(self):
        there = self.there
        there.postgres("stop")
        there.eventually(lambda: there.get("/readyz")["status"] == "degraded")
        self.assertTrue(there.get("/readyz")["reasons"])
        self.assertEqual(there.names("q=botha"), ["Dr Botha"])
        there.postgres("start")
        self.arrives("a change after the database came back", "UPDATE doctors SET biography = 'Eczema clinic' WHERE external_id = 'd2'",
                     lambda: there.names("q=eczema") == ["Dr Botha"])
        there.eventually(lambda: there.get("/readyz")["status"] == "ready")

    def test_reindex_swaps_the_running_server(self):
        there = self.there
        report = json.loads(there.command("reindex", "--json", "--server", there.url))
        self.assertEqual(there.get("/readyz")["index"]["generation"], report["generation"])
        self.assertEqual(there.names("q=botha"), ["Dr Botha"])

    def test_a_killed_server_comes_back_with_what_changed_meanwhile(self):
        there = self.there
        there.command("reindex")
        there.kill_server()
        there.sql("UPDATE doctors SET biography = 'Mole mapping' WHERE external_id = 'd2'")
        there.start_server()
        self.assertEqual(there.names("q=mole"), ["Dr Botha"])

    def test_an_interrupt_ends_the_server_cleanly(self):
        there = self.there
        there.server.send_signal(signal.SIGINT)
        self.assertEqual(there.server.wait(timeout=PATIENCE_SECONDS), 0)
        there.server.stdout.close()
        there.start_server()

    def test_import_reports_bad_rows_and_keeps_the_good(self):
        there = self.there
        file = there.folder / "mixed.jsonl"
        file.write_text('{"id": "x1", "name": "Dr Good"}\n{"id": "x2", "name": "Dr Bad", "lat": 99, "lon": 1}\nnot json\n')
        result = subprocess.run([str(BINARY), "import", str(file), "--json"], env=there.environment, capture_output=True, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(json.loads(result.stdout), {"read": 3, "imported": 1, "unchanged": 0, "bad": 2})
        self.assertRegex(result.stderr, r"line 2: lat")
        self.assertRegex(result.stderr, r"line 3: ")
        there.eventually(lambda: there.names("q=dr+good") == ["Dr Good"])


class CommandTest(unittest.TestCase):
    """Commands that need no database."""

    def test_search_over_a_catalogue(self):
        command = [BINARY, "search", "--catalogue", CHECKOUT / "Data/sample-doctors.jsonl", "--json", "--near=-26.107,28.056", "--radius-km", "10",
                   "dermatologist"]
        environment = {"PATH": os.environ["PATH"], "RTD_DATA_DIRECTORY": str(CHECKOUT / "Data")}
        answer = json.loads(run(*command, env=environment))
        self.assertGreater(answer["count"], 0)
        for doctor in answer["data"]:
            self.assertIn("dermatology", [specialty["slug"] for specialty in doctor["specialties"]])
            self.assertLessEqual(doctor["distance_m"], 10_000)

    def test_mistakes_are_one_line_and_a_non_zero_exit(self):
        for arguments in (["search", "--catalogue", "/nowhere.jsonl", "gp"], ["search", "--near", "x", "gp"],
                          ["search", "--server", "http://127.0.0.1:1", "gp"], ["bench", "search", "--doctors", "/nowhere", "--queries", "/nowhere"]):
            result = subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, cwd=CHECKOUT)
            self.assertNotEqual(result.returncode, 0, arguments)
            self.assertTrue(result.stderr.startswith("Error: "), result.stderr)
            self.assertLess(len(result.stderr), 600, result.stderr)


if __name__ == "__main__":
    unittest.main()
