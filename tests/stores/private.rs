//! A server of a test's own, on a port of its own, which may be stopped, frozen and killed.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Private {
    directory: PathBuf,
    pub port: u16,
    program: &'static str,
    arguments: Mutex<Vec<String>>,
    process: Mutex<Option<Child>>,
}

impl Private {
    /// A PostgreSQL server with these settings, started.
    pub fn postgres(settings: &[&str]) -> Self {
        let (directory, port) = (directory("postgres"), port());
        let data = directory.join("data").display().to_string();
        run(as_nobody_special("initdb").args(["-D", &data, "-U", "postgres", "-A", "trust", "--no-sync"]));
        let mut arguments = vec!["-D".to_owned(), data, "-p".to_owned(), port.to_string()];
        let sockets = format!("unix_socket_directories={}", directory.display());
        let ours = ["listen_addresses=127.0.0.1", "log_min_messages=panic", &sockets];
        arguments.extend(ours.iter().chain(settings).flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]));
        Self::started(directory, port, "postgres", arguments)
    }

    /// A MariaDB server with these options, started.
    pub fn mariadb(options: &[&str]) -> Self {
        let (directory, port) = (directory("mariadb"), port());
        let data = format!("--datadir={}", directory.join("data").display());
        let mut install = as_nobody_special("mariadb-install-db");
        install.env("TMPDIR", &directory); // two at once would take each other's temporary tables
        run(install.args(["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"]));
        let mut arguments = vec!["--no-defaults".to_owned(), data, format!("--port={port}")];
        arguments.push(format!("--socket={}", directory.join("socket").display()));
        arguments.push(format!("--log-error={}", directory.join("log").display()));
        arguments.push("--bind-address=127.0.0.1".to_owned());
        arguments.extend(options.iter().map(|option| (*option).to_owned()));
        Self::started(directory, port, "mariadbd", arguments)
    }

    /// A Redis server with these options, started.
    pub fn redis(options: &[&str]) -> Self {
        let (directory, port) = (directory("redis"), port());
        let place = [format!("--port {port}"), format!("--dir {}", directory.display())];
        let ours = ["--bind 127.0.0.1", "--save"].map(str::to_owned);
        let mut arguments =
            place.iter().chain(&ours).flat_map(|pair| pair.split(' ')).map(str::to_owned).collect::<Vec<_>>();
        arguments.push(String::new()); // `--save ""`
        arguments.extend(options.iter().map(|option| (*option).to_owned()));
        Self::started(directory, port, "redis-server", arguments)
    }

    fn started(directory: PathBuf, port: u16, program: &'static str, arguments: Vec<String>) -> Self {
        let server = Self { directory, port, program, arguments: Mutex::new(arguments), process: Mutex::default() };
        server.start();
        server
    }

    /// Starts it; whoever connects waits until it is ready.
    pub fn start(&self) {
        let mut command = as_nobody_special(self.program);
        let child = command
            .env("TMPDIR", &self.directory)
            .args(&*self.arguments.lock().unwrap())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        *self.process.lock().unwrap() = Some(child);
    }

    /// SIGKILL to all of its processes at once, as a power cut would end them.
    pub fn kill(&self) {
        let Some(mut child) = self.process.lock().unwrap().take() else { return };
        signal("-STOP", &[child.id().to_string()]); // or a child is born that nobody kills
        signal("-KILL", &family(child.id(), ""));
        child.wait().unwrap();
    }

    /// Kills it, and starts it with one argument changed.
    pub fn restart_with(&self, old: &str, new: &str) {
        self.kill();
        self.arguments.lock().unwrap().iter_mut().for_each(|argument| *argument = argument.replace(old, new));
        self.start();
    }

    /// It stays connected and answers nothing.
    pub fn freeze(&self) {
        self.signal_all("-STOP");
    }

    /// The child whose title has this in it does nothing any more, until it is killed.
    pub fn freeze_child(&self, title: &str) {
        let parent = self.process.lock().unwrap().as_ref().unwrap().id();
        let child = family(parent, title);
        assert_eq!(child.len(), 2, "the server and one child: {title}");
        signal("-STOP", &child[1..]);
    }

    pub fn thaw(&self) {
        self.signal_all("-CONT");
    }

    /// No file of it may grow beyond this many bytes from now on, or `unlimited`. (The soft limit, which may be raised.)
    pub fn limit_files(&self, bytes: &str) {
        for process in self.processes() {
            let limit = format!("--fsize={bytes}:");
            let output = as_nobody_special("prlimit").args(["--pid", &process, &limit]).output().unwrap();
            let gone = !Path::new("/proc").join(&process).exists(); // a child may have ended meanwhile
            assert!(output.status.success() || gone, "{}", String::from_utf8_lossy(&output.stderr));
        }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.join("data").join(name)
    }

    fn processes(&self) -> Vec<String> {
        self.process.lock().unwrap().as_ref().map(|child| family(child.id(), "")).unwrap_or_default()
    }

    fn signal_all(&self, name: &str) {
        signal(name, &self.processes());
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A process and its children, or those whose title has this in it.
fn family(parent: u32, title: &str) -> Vec<String> {
    let list = Command::new("ps").args(["-o", "pid=,args=", "--ppid", &parent.to_string()]).output().unwrap();
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let children = list.lines().filter(|line| line.contains(title)).filter_map(|line| line.split_whitespace().next());
    [parent.to_string()].into_iter().chain(children.map(str::to_owned)).collect()
}

/// A child may have ended meanwhile, so that not every signal arrives.
fn signal(name: &str, processes: &[String]) {
    let _ = Command::new("kill").arg(name).args(processes).stderr(Stdio::null()).status().unwrap();
}

/// These servers refuse to be run by the superuser.
fn as_nobody_special(program: &str) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    command
}

/// The user `postgres`, if this is the superuser.
fn other_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse::<u32>().unwrap()
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}

fn directory(name: &str) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("countersign-{name}-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    give_away(&directory);
    directory
}

fn give_away(directory: &Path) {
    if let Some((user, group)) = other_user() {
        std::os::unix::fs::chown(directory, Some(user), Some(group)).unwrap();
    }
}

fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
