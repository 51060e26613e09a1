"""Never lose a change: servers and databases killed, files cut short, a replica that takes over. Needs no running server.

RTD_KILLS (default 3) is how often the server is killed, and PostgreSQL a fifth as often; with 50 or more, a file is cut at every border.
"""
import json
import os
import random
import signal
import struct
import subprocess
import threading
import time
import unittest

from installation import BINARY, CHECKOUT, Installation, run

KILLS = int(os.environ.get("RTD_KILLS", "3"))
SEED = int(os.environ.get("RTD_SEED", random.randrange(1 << 32)))

MORE_DOCTORS = """
INSERT INTO doctors (external_id, display_name) SELECT 'more' || n, 'Dr More ' || n FROM generate_series(1, 2000) n;
INSERT INTO doctor_practices (doctor_id, practice_id, position)
    SELECT doctor_id, (SELECT practice_id FROM practices ORDER BY practice_id LIMIT 1 OFFSET doctor_id % 3), 0
    FROM doctors WHERE external_id LIKE 'more%';
INSERT INTO fees (doctor_id, practice_id, consultation_kind, amount_cents)
    SELECT doctor_id, practice_id, 'first_visit', 50000 FROM doctor_practices JOIN doctors USING (doctor_id) WHERE external_id LIKE 'more%'"""

# Each transaction changes a few doctors, in signals alone or more; some are held open, some rolled back. One doctor is left to tests.
LOAD = """
DO $$
DECLARE roll integer; some bigint[];
BEGIN
    FOR step IN 1..1000000 LOOP
        roll := floor(random() * 100);
        some := ARRAY(SELECT doctor_id FROM doctors WHERE doctor_id >= (SELECT floor(random() * max(doctor_id)) FROM doctors) AND external_id <> 'probe' LIMIT 8);
        IF roll < 50 THEN
            UPDATE doctors SET display_name = 'Dr ' || step || ' ' || roll WHERE doctor_id = ANY (some);
        ELSIF roll < 80 THEN
            UPDATE fees SET amount_cents = floor(random() * 100000) WHERE doctor_id = ANY (some);
        ELSIF roll < 90 THEN
            UPDATE practices SET name = 'Rooms ' || step WHERE practice_id IN (SELECT practice_id FROM doctor_practices WHERE doctor_id = some[2]);
        ELSE
            DELETE FROM doctors WHERE doctor_id = some[1];
            INSERT INTO doctors (external_id, display_name) VALUES (gen_random_uuid()::text, 'Dr New ' || step);
        END IF;
        IF roll % 20 = 0 THEN PERFORM pg_sleep(0.1); END IF;
        IF roll % 10 = 1 THEN ROLLBACK; ELSE COMMIT; END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
END $$"""


class Load:
    """Writers beside the test; they end with their connection."""

    def __init__(self, there, writers=4):
        self.there, self.writers, self.sessions = there, writers, []

    def __enter__(self):
        self.start()
        return self

    def start(self):
        # Without it a loop goes on in PostgreSQL when its psql is gone.
        ends_with_client = os.environ | {"PGOPTIONS": "-c client_connection_check_interval=100ms"}
        self.sessions = [
            subprocess.Popen([str(CHECKOUT / "tools/postgres"), "psql", str(self.there.cluster), "-qAtc", LOAD],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                             env=ends_with_client)
            for _ in range(self.writers)]

    def stop(self):
        for session in self.sessions:
            os.killpg(session.pid, signal.SIGTERM)
            session.wait()

    def __exit__(self, *_):
        self.stop()


class CrashTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"crashes: RTD_SEED={SEED}")
        cls.random = random.Random(SEED)
        cls.there = Installation()
        cls.addClassCleanup(cls.there.close)
        cls.there.sql(MORE_DOCTORS)
        cls.there.eventually(lambda: len(cls.there.get("/v1/doctors?limit=20")["data"]) == 20)

    def is_whole(self):
        """Index and database hold the same documents, those of this very moment compared one by one."""
        [answer] = self.there.verify()
        self.assertEqual(answer["differences"], 0)
        self.assertGreater(answer["doctors"], 1_500)
        self.assertNotIn("index differed", self.there.log(), "nothing had to be found and repaired")

    def test_the_server_killed_under_load_comes_back_whole(self):
        with Load(self.there):
            for _ in range(KILLS):
                reindex = subprocess.Popen([str(BINARY), "reindex"], env=self.there.environment,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(self.random.uniform(0, 3))
                self.there.kill_server()
                if self.random.random() < 0.5:
                    reindex.kill()
                self.there.start_server()
                reindex.wait()
                self.is_whole()
        self.is_whole()
        stored = int(self.there.sql("SELECT count(DISTINCT doctor_id) FROM doctor_listings"))
        self.assertEqual(self.there.verify()[0]["doctors"], stored)

    def test_no_search_fails_and_no_change_waits_while_an_index_is_built(self):
        there, failures, answers, ended = self.there, [], [], threading.Event()

        def search():
            while not ended.is_set():
                try:
                    answers.append(len(there.get("/v1/doctors?limit=20")["data"]))
                except OSError as error:
                    failures.append(error)

        searcher = threading.Thread(target=search)
        generations, lags = set(), []
        there.sql("INSERT INTO doctors (external_id, display_name) VALUES ('probe', 'Dr Probe')")
        with Load(there):
            searcher.start()
            for rebuild in range(3):
                reindex = subprocess.Popen([str(BINARY), "reindex", "--json", "--server", there.url], env=there.environment,
                                           stdout=subprocess.PIPE, text=True)
                while reindex.poll() is None:
                    name = f"Quagga{rebuild}of{len(lags)}"
                    there.sql(f"UPDATE doctors SET display_name = 'Dr {name}' WHERE external_id = 'probe'")
                    lags.append(there.eventually(lambda: name in str(there.get(f"/v1/doctors?q={name}"))))
                self.assertEqual(reindex.returncode, 0)
                generations.add(json.load(reindex.stdout)["generation"])
                reindex.stdout.close()
            ended.set()
            searcher.join()
        self.assertEqual(failures, [])
        self.assertEqual(set(answers), {20})
        self.assertEqual(len(generations), 3)
        lags.sort()
        print(f"{len(answers)} searches; {len(lags)} changes shown after {lags[len(lags) // 2] * 1e3:.0f} ms (median), "
              f"{lags[-1] * 1e3:.0f} ms at most")
        self.is_whole()

    def test_postgresql_killed_under_load_loses_nothing(self):
        there = self.there
        for _ in range(max(2, KILLS // 5)):
            with Load(there):
                time.sleep(self.random.uniform(0.5, 2))
                there.kill_postgresql()
            there.postgres("start")
            there.eventually(lambda: there.get("/readyz")["status"] == "ready")
            self.is_whole()


class SnapshotTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.there = Installation()
        cls.addClassCleanup(cls.there.close)

    def test_a_file_cut_at_any_section_is_refused_and_built_anew(self):
        there = self.there
        there.command("reindex")
        there.kill_server()
        index = there.folder / "index"
        whole = sorted(index.glob("doctors-*.index"))[-1]
        content = whole.read_bytes()
        count = struct.unpack_from("<Q", content, 16)[0]
        sections = [struct.unpack_from("<QQ", content, 24 + 24 * section) for section in range(count)]
        last = max(offset + size for offset, size in sections) - 1  # behind it is padding, which may be lost
        borders = sorted({offset for offset, _ in sections} | {0, 8, 24, last})
        self.assertGreater(len(borders), 20)
        for border in borders[:: 1 if KILLS >= 50 else 12]:
            for file in index.glob("doctors-*.index"):
                file.unlink()
            whole.write_bytes(content[:border])
            (there.folder / "server.log").write_text("")
            there.start_server()
            self.assertIn("snapshot file refused", there.log(), f"cut at {border}")
            self.assertEqual([answer["differences"] for answer in there.verify()], [0])
            there.kill_server()
            self.assertEqual(sorted(index.glob("doctors-*.index"))[-1].read_bytes()[:8], b"RTDINDEX")
        there.start_server()


class ReplicaTest(unittest.TestCase):
    """A second server follows a streaming standby; then the standby takes over."""

    def test_a_standby_is_followed_and_takes_over(self):
        there = Installation()
        self.addCleanup(there.close)
        standby = there.folder / "standby"
        tool = CHECKOUT / "tools/postgres"
        run(tool, "standby", standby, there.cluster)
        self.addCleanup(lambda: subprocess.run([str(tool), "stop", str(standby)], check=False))
        urls = [run(tool, "url", cluster).strip() for cluster in (there.cluster, standby)]
        hosts = [url.split("host=")[1].split("&")[0] for url in urls]
        both = f"postgresql:///ratethedoctor?host={hosts[0]},{hosts[1]}&port=5432,5432&user=postgres&target_session_attrs=read-write"
        other = there.another_server("second", RTD_DATABASE_URL=both, RTD_SEARCH_DATABASE_URL=urls[1])
        self.addCleanup(other.kill_server)

        # On a standby the running transaction is not listed, so only a cursor that reads from xmin again sees it later.
        held = subprocess.Popen([str(tool), "psql", str(there.cluster), "-qAt"], stdin=subprocess.PIPE, text=True)
        held.stdin.write("BEGIN; UPDATE doctors SET display_name = 'Dr Held' WHERE external_id = 'd0';\n")
        held.stdin.flush()
        there.eventually(lambda: there.sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == "1")
        for number in range(5):
            there.sql(f"UPDATE doctors SET display_name = 'Dr Later{number}' WHERE external_id = 'd1'")
            other.eventually(lambda: other.names(f"q=later{number}") == [f"Dr Later{number}"])
        held.stdin.write("COMMIT;\n")
        held.stdin.close()
        held.wait()
        for server in (there, other):
            server.eventually(lambda: server.names("q=held") == ["Dr Held"])
        self.assertEqual([answer["differences"] for answer in there.verify()], [0, 0])

        there.sql("UPDATE doctors SET display_name = 'Dr Last' WHERE external_id = 'd2'")
        there.stop_server()
        there.postgres("stop")  # a clean stop sends the standby everything
        run(tool, "promote", standby)
        other.eventually(lambda: other.names("q=last") == ["Dr Last"])
        run(tool, "psql", standby, "-qAtc", "UPDATE doctors SET display_name = 'Dr After' WHERE external_id = 'd0'")
        other.eventually(lambda: other.names("q=after") == ["Dr After"])
        self.assertIn("loaded anew", other.log())
        other.eventually(lambda: other.get("/readyz")["status"] == "ready")
        self.assertEqual([answer["differences"] for answer in other.verify()], [0])
        for server in (there, other):
            self.assertNotIn("index differed", server.log())
