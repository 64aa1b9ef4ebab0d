"""The box on this machine: what it lets student code do, and what not."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from small_boxes import MakeBox, array, ask, shown

from autograder.boxes.box import Box, Ended
from autograder.boxes.template import Template
from autograder.config import RunLimits
from autograder.evidence.values import Json
from autograder.model import Ending


def test_a_template_tells_how_large_it_is(template: Template, box: Box) -> None:
    """With the libraries in it, and without having grown."""
    assert template._size_mib() > 100
    assert not template.grown


def test_the_order_of_sets_is_that_of_every_box(box: Box) -> None:
    """Strings have the hashes of a fixed seed, in each template anew."""
    expected = subprocess.run(
        [sys.executable, "-c", "print(hash('a'))"],
        env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown(box, "print(hash('a'))") == expected.stdout.strip()


def test_cells_share_a_namespace_and_show_what_a_kernel_shows(box: Box) -> None:
    """Prints, results, errors and figures come back as a notebook stores them."""
    box.run("import matplotlib.pyplot as plt\nx = 20")
    outputs = box.run("print('a')\nplt.plot([1, 2])\nplt.show()\nx + 1").outputs
    assert [output["output_type"] for output in outputs] == [
        "stream",
        "display_data",
        "execute_result",
    ]
    assert "image/png" in outputs[1]["data"]
    assert outputs[2]["data"] == {"text/plain": "21"}
    assert box.run("1 / 0").failure == "ZeroDivisionError in line 1: division by zero"


def test_nothing_is_imported_in_a_box(box: Box) -> None:
    """What a course imports, trains, differentiates and draws, the template has used before."""
    box.run("import sys\nbefore = set(sys.modules)")
    ran = box.run(
        "import torch, numpy as np, matplotlib.pyplot as plt\n"
        "from IPython.display import clear_output\n"
        "from sklearn.ensemble import RandomForestRegressor\n"
        "from sklearn.model_selection import train_test_split\n"
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "x = torch.rand(20, 2, requires_grad=True)\n"
        "layers = torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)\n"
        "model = torch.nn.Sequential(*layers)\n"
        "optimiser, losses = torch.optim.Adam(model.parameters()), []\n"
        "for (batch,) in DataLoader(TensorDataset(x.detach()), 5, shuffle=True):\n"
        "    loss = model(batch).square().mean()\n"
        "    optimiser.zero_grad(); loss.backward(); optimiser.step(); losses.append(loss.item())\n"
        "    clear_output(True)\n"
        "    figure, (left, right) = plt.subplots(1, 2, layout='constrained')\n"
        "    left.scatter(*x.detach().T); right.semilogy(torch.tensor(losses), label='loss')\n"
        "    right.legend(); plt.show()\n"
        "torch.autograd.grad(x.sin(), x, torch.ones(20, 2))\n"
        "rows, others = train_test_split(x.detach().numpy())\n"
        "RandomForestRegressor(2).fit(rows, rows[:, 0]).predict(others)\n"
    )
    assert ran.failure is None
    assert shown(box, "sorted(set(sys.modules) - before)") == "[]"


def test_only_the_figures_that_stay_are_shown(box: Box) -> None:
    """A live plot that clears itself leaves its last picture, as in Jupyter."""
    ran = box.run(
        "import matplotlib.pyplot as plt\n"
        "from IPython.display import clear_output\n"
        "for step in range(5):\n"
        "    clear_output(True)\n"
        "    plt.plot([step])\n"
        "    plt.show()\n"
    )
    assert [output["output_type"] for output in ran.outputs] == ["display_data"]


FORBIDDEN = [
    "import socket; socket.socket()",
    "import socket; socket.create_connection(('127.0.0.1', 22))",
    "open('/etc/passwd')",
    f"import os; os.listdir({str(Path(__file__).parent)!r})",
    "import os; os.listdir('/home')",
    "import os; os.listdir('/root/.ssh')",
    "open('/usr/x', 'w')",
    "open('given.csv', 'w')",
    "import os; os.fork()",
    "import subprocess; subprocess.run(['true'])",
    "import os; os.setuid(0)",
    "import os; os.kill(-1, 9)",
    "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
    "import ctypes; assert ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0",
    "open('big', 'w').write('x' * 9_000_000)",
    "import torch; torch.ones(2**28).sum()",
]
# Where a container forbids namespaces, these are left.
PLAIN = ("landlock", "seccomp", "rlimits")
AIMED = [
    "import os; os.kill(os.getppid(), 0)",
    "import os; os.sched_setaffinity(os.getppid(), [0])",
    "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    "import fcntl, os; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())",
    "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "open('/proc/self/../1/environ')",
]


@pytest.mark.parametrize("source", FORBIDDEN)
def test_what_is_forbidden_fails_in_the_cell(box: Box, source: str) -> None:
    """The network, other files, other processes, other users and more memory are out of reach."""
    assert box.run(source).failure is not None
    assert shown(box, "1 + 1") == "2"


def test_what_is_forbidden_fails_without_namespaces_too(make_box: MakeBox) -> None:
    """Landlock, seccomp and limits keep the same things from student code."""
    box = make_box(layers=PLAIN)
    # Without a user of its own, a root that it cannot be stays the root that it is.
    tried = [source for source in FORBIDDEN if "setuid" not in source] + AIMED
    assert [source for source in tried if box.run(source).failure is None] == []
    assert shown(box, "open('given.csv').read(), open('mine', 'w').write('x')") == "('1,2\\n', 1)"


# What Landlock knows nothing of, aimed at a file that was given, and at one that was not.
ATTRIBUTES = [
    "os.chmod({path}, 0o600)",
    "os.utime({path}, (1, 1))",
    "os.utime({path}, (1, 1), follow_symlinks=False)",
    "os.chown({path}, -1, os.getgid())",
    "os.lchown({path}, -1, os.getgid())",
    "os.truncate({path}, 0)",
    "os.setxattr({path}, 'user.a', b'x')",
    "os.getxattr({path}, 'user.a')",
    "os.chmod(f'/proc/self/fd/{{os.open({path}, os.O_PATH)}}', 0o600)",
    "made(syscall(452, -100, {path}.encode(), 0o600, 0))",
    "made(syscall(463, -100, {path}.encode(), 0, b'user.a', value, 16))",
    "made(syscall(469, -100, {path}.encode(), value, 24, 0))",
    "made(libc.inotify_add_watch(libc.inotify_init1(0), {path}.encode(), 0xFFF))",
    "os.open({path}, os.O_RDONLY | os.O_TRUNC)",
    "os.link({path}, 'mine')",
    "os.rename({path}, 'mine')",
]
# Those for which a file must be open, as what was given may be.
OPENED = [
    "os.fchmod(file, 0o600)",
    "os.utime(file, (1, 1))",
    "os.fchown(file, -1, os.getgid())",
    "os.setxattr(file, 'user.a', b'x')",
    "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)",
    "fcntl.fcntl(os.open('/usr', os.O_RDONLY), fcntl.F_NOTIFY, 0xF)",
    "fcntl.ioctl(file, 0x40086602, bytes(8))",
    "fcntl.ioctl(file, 0x401C5820, bytes(28))",
    "os.ftruncate(file, 0)",
]


def test_what_a_file_is_stays_as_it_is_without_namespaces(
    make_box: MakeBox, tmp_path: Path
) -> None:
    """Rights, times, owners, marks, leases and watches: of other people's files none is changed."""
    outside, given = tmp_path / "outside", tmp_path / "given/given.csv"
    outside.write_text("x")
    known = [(path, path.stat()) for path in (outside, given)]
    box = make_box(layers=PLAIN)
    box.run(
        "import ctypes, fcntl, os\nlibc = ctypes.CDLL(None)\nsyscall = libc.syscall\n"
        "value = bytes(64)\nfile = os.open('given.csv', os.O_RDONLY)\n"
        "def made(number):\n    assert number >= 0"
    )
    tried = [one.format(path=repr(str(path))) for path, _ in known for one in ATTRIBUTES]
    assert [source for source in (*tried, *OPENED) if box.run(source).failure is None] == []
    for path, before in known:
        after = path.stat()
        assert (after.st_mode, after.st_mtime_ns, after.st_ctime_ns, after.st_nlink) == (
            before.st_mode, before.st_mtime_ns, before.st_ctime_ns, before.st_nlink
        )  # fmt: skip


@pytest.mark.parametrize("layers", [None, PLAIN])
def test_copying_and_unpacking_work_everywhere(
    make_box: MakeBox, layers: Sequence[str] | None
) -> None:
    """Programs that set rights and times of their own files go on, whether that is possible."""
    box = make_box(RunLimits(cell_seconds=20), layers=layers)
    cells = [
        "import os, shutil, tarfile, zipfile\nfrom pathlib import Path",
        "os.makedirs('d/e'); Path('d/f').write_text('x'); os.symlink('f', 'd/l')",
        "shutil.copy('d/f', 'g'); shutil.copy2('d/f', 'h'); shutil.copytree('d', 'dd')",
        "shutil.copytree('d', 'de', symlinks=True); shutil.copy2('given.csv', 'mine.csv')",
        "shutil.make_archive('a', 'gztar', 'd'); shutil.unpack_archive('a.tar.gz', 'u')",
        "tarfile.open('a.tar.gz').extractall('v', filter='data')",
        "shutil.make_archive('a', 'zip', 'd'); zipfile.ZipFile('a.zip').extractall('w')",
        "Path('g').chmod(0o600); os.utime('g', (1, 1)); os.utime('d'); Path('g').touch()",
        "os.fchmod(os.open('g', os.O_RDWR), 0o600); os.lchown('d/l', -1, os.getgid())",
        "os.chmod('f', 0o600, dir_fd=os.open('d', os.O_RDONLY))",
        "os.truncate('h', 0); assert os.path.getsize('h') == 0",
        "from multiprocessing.pool import ThreadPool; ThreadPool(4).map(abs, range(9))",
        "import torch; from torch.utils.data import DataLoader; list(DataLoader(range(9), 3))",
        "torch.set_num_threads(4); torch.rand(500, 500) @ torch.rand(500, 500)",
    ]
    failures = [ran.failure for ran in map(box.run, cells)]
    assert failures == [None] * len(cells)
    assert shown(
        box, "print(*(Path(p, 'f').read_text() for p in ('dd', 'de', 'u', 'v', 'w')))"
    ) == ("x x x x x")


@pytest.mark.parametrize("layers", [None, PLAIN])
def test_only_what_fork_and_pthreads_make_is_made(
    make_box: MakeBox, layers: Sequence[str] | None
) -> None:
    """A process with another parent, shared memory or files, traced or with a handle is refused."""
    box = make_box(layers=layers)
    box.run(
        "import ctypes, errno, os, platform\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "clone = 220 if platform.machine() == 'aarch64' else 56\n"
        "def refused(flags):\n"
        "    child = libc.syscall(clone, ctypes.c_ulong(flags), 0, 0, 0, 0)\n"
        "    child or os._exit(0)\n"
        "    return child < 0 and ctypes.get_errno() == errno.EPERM"
    )
    bits = [0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000000, 0x80000000]
    assert shown(box, f"[bit for bit in {bits} if not refused(bit | 17)]") == "[]"
    assert shown(box, "refused(0x8000 | 0x01200011), refused(0), refused(0x01200012)") == (
        "(True, True, True)"
    )


@pytest.mark.parametrize("layers", [None, PLAIN])
def test_threads_of_one_box_are_never_missing_in_another(
    make_box: MakeBox, layers: Sequence[str] | None
) -> None:
    """A box that takes all it can get has a limit of its own, and its neighbours have theirs."""
    hold = (
        "import threading\nthreading.stack_size(65536)\nnever, held = threading.Event(), 0\n"
        "try:\n"
        "    while held < 600:\n"
        "        threading.Thread(target=never.wait, daemon=True).start()\n"
        "        held += 1\n"
        "except RuntimeError: print(held)"
    )
    hostile = make_box(layers=layers)
    taken = int(shown(hostile, hold))
    assert 200 < taken <= 256
    for _ in range(6):
        honest = make_box(layers=layers, slot=1)
        honest.run("def double(v): return 2 * v")
        probe: dict[str, Json] = {"ask": "call", "function": "double"}
        assert ask(honest, probe, arguments=[array(1)]) == array(2)
        assert int(shown(honest, hold)) == taken
        assert not honest.stalled
        honest.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_that_was_handed_in_does_not_open(make_box: MakeBox, tmp_path: Path) -> None:
    """A bind mount opens no device but those of the machine that a box may use."""
    box = make_box()
    device = tmp_path / "given/device"
    os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    device.chmod(0o666)
    assert "PermissionError" in (box.run("open('/given/0/device', 'rb')").failure or "")
    assert shown(box, "len(open('/dev/zero', 'rb').read(4))") == "4"


def test_many_files_fill_no_disk_without_namespaces(make_box: MakeBox) -> None:
    """Where no mount bounds what a box writes, the clerk does."""
    box = make_box(RunLimits(cell_seconds=20, file_mib=64), layers=PLAIN)
    cell = "import time\nfor i in range(9): open(f'{i}', 'wb').write(bytes(50 << 20))\n"
    with pytest.raises(Ended) as caught:
        box.run(cell + "while True: time.sleep(0.1)")
    assert caught.value.ending is Ending.OUT_OF_MEMORY


@pytest.mark.parametrize("layers", [None, PLAIN])
def test_a_stolen_fork_ends_the_run(make_box: MakeBox, layers: Sequence[str] | None) -> None:
    """A process that took the leave given for a question is found, and dies with the box."""
    box = make_box(layers=layers)
    box.run(
        "import os, threading, time\n"
        "def steal():\n"
        "    while True:\n"
        "        try:\n"
        "            if os.fork() == 0: time.sleep(60)\n"
        "            return\n"
        "        except OSError: time.sleep(0.001)\n"
        "threading.Thread(target=steal).start()\n"
        "def double(v): return 2 * v"
    )
    time.sleep(0.1)  # until the thread waits in its call, and is the first to be let through
    with pytest.raises(Ended) as caught:
        ask(box, {"ask": "call", "function": "double"}, arguments=[array(1)])
    assert caught.value.ending is Ending.LIED
    box.close()
    deadline = time.monotonic() + 10
    while (left := members_of(box.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def members_of(group: int) -> list[str]:
    """The living processes of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = entry.read_text().rpartition(")")[2].split()[:3]
            if its_group == str(group) and state != "Z":
                found.append(entry.parent.name)
    return found


def test_the_box_holds_its_own_files_and_no_others(box: Box) -> None:
    """Given files are there, nothing of the course is, and the environment is empty."""
    assert shown(box, "open('given.csv').read()") == repr("1,2\n")
    assert shown(box, "import os; sorted(os.listdir('.'))") == "['given.csv']"
    listing = shown(box, "[f for f in os.listdir('/proc') if f.isdigit()]")
    assert listing == "['1']"
    assert "TOKEN" not in shown(box, "sorted(os.environ)")
    assert shown(box, "open('mine.txt', 'w').write('x')") == "1"


@pytest.mark.parametrize("layers", [None, PLAIN])
def test_given_files_that_others_may_not_read_are_there(
    make_box: MakeBox, tmp_path: Path, layers: Sequence[str] | None
) -> None:
    """As after `chmod go=`: a folder, and what lies in it, is found by every box."""
    (tmp_path / "given/data/deep").mkdir(parents=True)
    (tmp_path / "given/data/deep/rows.csv").write_text("3,4")
    for path in (tmp_path / "given").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    box = make_box(layers=layers)
    assert shown(box, "open('data/deep/rows.csv').read() + open('given.csv').read()") == repr(
        "3,41,2\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a box a user of its own")
def test_a_box_has_a_user_that_no_other_command_uses(box: Box) -> None:
    """A thread bomb counts against its own user, and not against another class's boxes."""
    user = int(shown(box, "import os; os.getuid()"))
    assert user - (1 << 30) == os.getpid() << 9
