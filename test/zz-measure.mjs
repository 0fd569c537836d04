// test/zz-measure.ts
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// src/core/fold.ts
function without(record, key) {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

// src/core/registry-state.ts
var versionId = (model, version) => `${model}/${version}`;

// src/core/registry-lookup.ts
function aliasesFor(model, version) {
  const found2 = [];
  for (const alias in model?.aliases) if (model.aliases[alias] === version) found2.push(alias);
  return found2;
}

// src/core/fold-registry.ts
var GONE = "the version was deleted";
var MOST_MOVES = 500;
function moved(model, { at, by }, alias, to, reason) {
  const from = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : null;
  if (from === to) return {};
  const move = { alias, from, to, at, by, reason };
  return {
    aliases: to === null ? without(model.aliases, alias) : { ...model.aliases, [alias]: to },
    moves: [...model.moves ?? [], move].slice(-MOST_MOVES)
  };
}
function editModel(edit, { about, at }, change) {
  const model = edit("models").get(about);
  if (model) edit("models").set(about, { ...model, updated: at, ...change(model) });
}
function editVersion(edit, { about, at, data }, change) {
  const id = versionId(about, data.version);
  const version = edit("versions").get(id);
  if (version) edit("versions").set(id, { ...version, updated: at, ...change(version) });
}
function versionsOf(edit, model) {
  return [...edit("versions").values()].filter((version) => version.model === model);
}
function rename(edit, from, to) {
  const model = edit("models").get(from);
  if (!model || from === to) return;
  edit("models").delete(from);
  edit("models").set(to, { ...model, id: to });
  for (const version of versionsOf(edit, from)) {
    edit("versions").delete(version.id);
    const id = versionId(to, version.version);
    edit("versions").set(id, { ...version, id, model: to });
  }
}
function addVersion(edit, event, updated) {
  const { about: model, data } = event;
  const id = versionId(model, data.version);
  edit("versions").set(id, { ...data, id, model, updated });
  editModel(edit, event, ({ lastVersion }) => ({ lastVersion: Math.max(lastVersion, data.version) }));
}
function removeVersion(edit, event) {
  const { version } = event.data;
  edit("versions").delete(versionId(event.about, version));
  editModel(edit, event, (model) => {
    let left = model;
    for (const alias of aliasesFor(model, version))
      left = { ...left, ...moved(left, event, alias, null, GONE) };
    return { ...left, updated: event.at };
  });
}
var registryReducers = {
  "model.found": (edit, { about, data }) => {
    const known = edit("models").get(about);
    const { aliases = {}, lastVersion = 0, moves } = known ?? {};
    const kept = { aliases, lastVersion, ...moves && { moves } };
    edit("models").set(about, { ...data, id: about, updated: data.created, ...kept });
  },
  "model.renamed": (edit, event) => {
    rename(edit, event.about, event.data.name);
    editModel(edit, { about: event.data.name, at: event.at }, () => ({}));
  },
  "model.described": (edit, event) => editModel(edit, event, () => event.data),
  "model.tags": (edit, event) => editModel(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  "model.untagged": (edit, event) => editModel(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  "model.deleted": (edit, { about }) => {
    edit("models").delete(about);
    for (const { id } of versionsOf(edit, about)) edit("versions").delete(id);
  },
  "model.restored": (edit, { about, at, data }) => void edit("models").set(about, { ...data, id: about, updated: at, aliases: {} }),
  "version.found": (edit, event) => addVersion(edit, event, event.data.created),
  "version.restored": (edit, event) => addVersion(edit, event, event.at),
  "version.described": (edit, event) => editVersion(edit, event, () => ({ description: event.data.description })),
  "version.tags": (edit, event) => editVersion(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  "version.untagged": (edit, event) => editVersion(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  "version.staged": (edit, event) => editVersion(edit, event, () => ({ stage: event.data.stage })),
  "version.deleted": removeVersion,
  "alias.moved": (edit, event) => {
    const { alias, version, reason = null } = event.data;
    editModel(edit, event, (model) => moved(model, event, alias, version, reason));
  }
};

// src/core/fold-runs.ts
var ENDED = /* @__PURE__ */ new Set(["finished", "failed", "killed"]);
function editRun(edit, id, change) {
  const run = edit("runs").get(id);
  if (run) edit("runs").set(id, { ...run, ...change(run) });
}
function editExperiment(edit, { about, at }, change) {
  const experiment = edit("experiments").get(about);
  if (experiment) edit("experiments").set(about, { ...experiment, updated: at, ...change(experiment) });
}
function editLogged(edit, { about, at }, change) {
  const model = edit("loggedModels").get(about);
  if (model) edit("loggedModels").set(about, { ...model, updated: at, ...change(model) });
}
function renameRuns(edit, experimentId, experiment) {
  for (const run of [...edit("runs").values()])
    if (run.experimentId === experimentId) edit("runs").set(run.id, { ...run, experiment });
}
var fresh = { status: "idle", ended: null, params: {}, tags: {}, restarts: 0 };
var untold = { artifactLocation: null, created: null, deleted: false, tags: {} };
var runReducers = {
  "run.found": (edit, { about, by, data }) => {
    const runs = edit("runs");
    const host = by.replace(/^agent:/, "");
    const epoch = edit("hosts").get(host)?.epoch ?? "";
    runs.set(about, { ...runs.get(about) ?? fresh, id: about, host, epoch, ...data });
  },
  "run.renamed": (edit, { about, data }) => editRun(edit, about, () => data),
  "run.params": (edit, { about, data }) => editRun(edit, about, (run) => ({ params: { ...run.params, ...data.params } })),
  "run.tags": (edit, { about, data }) => editRun(edit, about, (run) => ({ tags: { ...run.tags, ...data.tags } })),
  "run.untagged": (edit, { about, data }) => editRun(edit, about, (run) => ({ tags: without(run.tags, data.key) })),
  "run.status": (edit, { about, at, data }) => editRun(edit, about, () => ({
    status: data.status,
    ended: data.ended ?? (ENDED.has(data.status) ? at : null)
  })),
  "run.restarted": (edit, { about }) => editRun(edit, about, (run) => ({ restarts: run.restarts + 1 })),
  "run.deleted": (edit, { about, at }) => editRun(edit, about, () => ({ deleted: at })),
  "run.restored": (edit, { about }) => editRun(edit, about, () => ({ deleted: void 0 })),
  "run.inputs": (edit, { about, data }) => editRun(edit, about, (run) => ({
    datasets: [...run.datasets ?? [], ...data.datasets],
    modelInputs: [.../* @__PURE__ */ new Set([...run.modelInputs ?? [], ...data.models])]
  })),
  "run.outputs": (edit, { about, data }) => editRun(edit, about, (run) => ({ modelOutputs: [...run.modelOutputs ?? [], ...data.models] })),
  // Two agents may make one experiment while they are apart: the first word stays, tags add up.
  "experiment.found": (edit, { about, at, data }) => {
    const known = edit("experiments").get(about);
    const tags = { ...known?.tags, ...data.tags };
    edit("experiments").set(about, { ...untold, ...data, ...known, id: about, updated: at, tags });
  },
  "experiment.renamed": (edit, event) => {
    editExperiment(edit, event, () => event.data);
    renameRuns(edit, event.about, event.data.name);
  },
  "experiment.tags": (edit, event) => editExperiment(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  "experiment.untagged": (edit, event) => editExperiment(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  "experiment.deleted": (edit, event) => editExperiment(edit, event, () => ({ deleted: true })),
  "experiment.restored": (edit, event) => editExperiment(edit, event, () => ({ deleted: false })),
  "logged-model.found": (edit, { about, data }) => void edit("loggedModels").set(about, { ...data, id: about, updated: data.created, deleted: false }),
  "logged-model.status": (edit, event) => editLogged(edit, event, () => event.data),
  "logged-model.params": (edit, event) => editLogged(edit, event, ({ params }) => ({ params: { ...params, ...event.data.params } })),
  "logged-model.tags": (edit, event) => editLogged(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  "logged-model.untagged": (edit, event) => editLogged(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  "logged-model.deleted": (edit, event) => editLogged(edit, event, () => ({ deleted: true }))
};

// src/core/apply.ts
var unknownHost = {
  name: "?",
  role: "training",
  online: false,
  reason: null,
  version: "",
  epoch: "",
  since: 0,
  os: null,
  kernel: null,
  cpus: null,
  cpuModel: null,
  memoryBytes: null,
  gpus: [],
  note: null,
  lostPoints: 0
};
function editHost(edit, id, change) {
  const hosts = edit("hosts");
  const host = hosts.get(id) ?? { id, ...unknownHost };
  hosts.set(id, { ...host, ...change(host) });
}
function editAck(edit, { about: id, at, by, data }, word) {
  const { opened, note } = data;
  const before = edit("acks").get(id);
  const owner = word.state === "silenced" && before?.opened === opened ? before.owner : void 0;
  const common = { id, opened, by: by.replace(/^user:/, ""), note, at };
  edit("acks").set(id, { ...common, ...word, ...owner !== void 0 && { owner } });
}
function assign(edit, { about: id, at, by, data }) {
  const { opened, to: owner, note } = data;
  const before = edit("acks").get(id);
  const kept = before?.opened === opened || before?.state === "silenced" ? before : void 0;
  const word = kept ?? { state: "assigned", until: null, by: by.replace(/^user:/, ""), at };
  edit("acks").set(id, { ...word, id, opened, owner, note: note ?? kept?.note ?? null });
}
var reducers = {
  "host.connected": (edit, { about, at, data }) => editHost(edit, about, () => ({ ...data, online: true, reason: null, since: at })),
  "host.disconnected": (edit, { about, at, data }) => editHost(edit, about, () => ({ online: false, reason: data.reason, since: at })),
  "host.refused": () => {
  },
  "run.pruned": () => {
  },
  "host.described": (edit, { about, data }) => editHost(edit, about, () => data),
  "agent.gap": (edit, { about, at, data }) => editHost(edit, about, (host) => ({
    lostPoints: host.lostPoints + data.points,
    ...data.points > 0 && { lostAt: at }
  })),
  ...runReducers,
  ...registryReducers,
  "source.problem": (edit, { about, by, at, data }) => {
    const id = `${about}:${data.path}`;
    const problems = edit("problems");
    const since = problems.get(id)?.since ?? at;
    if (data.count === 0) problems.delete(id);
    else problems.set(id, { id, host: by.replace(/^agent:/, ""), about, at, since, ...data });
  },
  "alert.acknowledged": (edit, event) => editAck(edit, event, { state: "acknowledged", until: null }),
  "alert.silenced": (edit, event) => editAck(edit, event, { state: "silenced", until: event.data.until }),
  "alert.unsilenced": (edit, { about }) => void edit("acks").delete(about),
  "alert.assigned": assign
};
function apply(state, events) {
  const draft = {};
  const edit = (table) => {
    draft[table] ??= new Map(state[table]);
    return draft[table];
  };
  let seq = state.seq;
  for (const event of events) {
    if (event.seq <= seq) continue;
    seq = event.seq;
    const reduce = reducers[event.type];
    reduce(edit, event);
  }
  return { ...state, ...draft, seq };
}

// src/store/database.ts
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";

// src/store/row-checks.ts
import { crc32 } from "node:zlib";
var CHECKED = {
  events: "seq, at, type, about, by, data, stored",
  snapshot: "seq, body",
  agents: "agent, epoch, high, beyond",
  log: "generation, body, lane, seq",
  series: "owner, key, summary",
  chunks: "series, generation, tier, count, min_step, max_step, min_time, max_time, body",
  key_sets: "names",
  glances: "owner, key_set, facts, lasts"
};
var CHECKED_TABLES = Object.keys(CHECKED);
function rowCrc(...cells) {
  let crc = 0;
  for (const cell of cells) {
    const bytes = cell instanceof Uint8Array ? cell : `${typeof cell} ${cell}`;
    crc = crc32(bytes, crc32(`${bytes.length} `, crc));
  }
  return crc;
}
function addRowChecks(db) {
  db.function("row_crc", { varargs: true, deterministic: true }, rowCrc);
}
var withChecks = (table, columns, names, rule = "") => `create table checked (${columns}, crc integer as (row_crc(${CHECKED[table]})) stored${rule && `, ${rule}`}) strict;
   insert into checked (${names}) select ${names} from ${table};
   drop table ${table};
   alter table checked rename to ${table};`;
var sound = (table) => `(crc is row_crc(${CHECKED[table]}))`;
var found = /* @__PURE__ */ new WeakMap();
var MOST = 20;
function noteDamage(db, what) {
  const known = found.get(db) ?? [];
  found.set(db, known);
  if (known.length < MOST && !known.includes(what)) known.push(what);
}
var damageOf = (db) => found.get(db) ?? [];

// src/store/schema.ts
import { randomBytes } from "node:crypto";
import { crc32 as crc322 } from "node:zlib";

// src/store/store-error.ts
var StoreError = class extends Error {
  hint;
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
};

// src/store/schema.ts
var MIGRATIONS = [
  `create table meta (key text primary key, value text not null) strict;
   create table events (
     seq integer primary key, at integer not null, type text not null, about text not null,
     by text not null, data text not null) strict;
   create index events_about on events (about, seq);
   -- one row: the folded state at a sequence number, so that a start need not fold the whole log
   create table snapshot (id integer primary key check (id = 1), seq integer not null, body text not null) strict;
   -- the last batch stored of each life of an agent: where a session resumes
   create table agents (agent text not null, epoch text not null, high integer not null, primary key (agent, epoch)) strict;
   -- points as they arrived, a batch a row; generations are deleted once sealed into chunks
   create table log (id integer primary key, generation integer not null, body text not null) strict;
   create table series (
     id integer primary key, owner text not null, key text not null, summary text not null, unique (owner, key)) strict;
   create table chunks (
     id integer primary key, series integer not null, generation integer not null,
     tier integer not null default 0, count integer not null,
     min_step real not null, max_step real not null, min_time real not null, max_time real not null,
     body blob not null) strict;
   create index chunks_series on chunks (series, id);`,
  // The hub's clock at commit, by which time travel goes; older rows have only the reporter's clock. The snapshot
  // is made anew from the log, which gives it what the fold has learnt since.
  `alter table events add column stored integer not null default 0;
   update events set stored = at;
   create index events_stored on events (stored, seq);
   delete from snapshot;`,
  // Batches stored above `high` while a backlog and newer batches come in side by side: JSON, [[from, to], ...]
  // Such batches wait in the log with their lane (agent/epoch) and number; null for all others.
  `alter table agents add column beyond text not null default '[]';
   alter table log add column lane text;
   alter table log add column seq integer;
   create index log_lane on log (lane, seq) where lane is not null;`,
  // The last values of all series of an owner in a row, as little-endian floats: what a start reads instead of each
  // summary. Places of keys are those of a set of names, which most owners share.
  `create table key_sets (id integer primary key, names text not null unique) strict;
   create table glances (owner text primary key, key_set integer not null, facts text not null, lasts blob not null) strict;`,
  // Text output, see lines/: a row of an owner holds the lines [first, first + count), with the least and the greatest
  // of their times; `line_owners` which there are.
  `create table lines (
     id integer primary key, owner text not null, first integer not null, count integer not null,
     from_at integer not null, to_at integer not null, bytes integer not null, streams text not null,
     body blob not null) strict;
   create index lines_owner on lines (owner, first, count, to_at, bytes);
   create table line_owners (owner text primary key, first integer not null, next integer not null) strict;`,
  // A checksum in each row, see row-checks.ts.
  [
    withChecks(
      "events",
      `seq integer primary key, at integer not null, type text not null, about text not null,
       by text not null, data text not null, stored integer not null default 0`,
      "seq, at, type, about, by, data, stored"
    ),
    "create index events_about on events (about, seq); create index events_stored on events (stored, seq);",
    withChecks(
      "snapshot",
      "id integer primary key check (id = 1), seq integer not null, body text not null",
      "id, seq, body"
    ),
    withChecks(
      "agents",
      `agent text not null, epoch text not null, high integer not null, beyond text not null default '[]'`,
      "agent, epoch, high, beyond",
      "primary key (agent, epoch)"
    ),
    withChecks(
      "log",
      "id integer primary key, generation integer not null, body text not null, lane text, seq integer",
      "id, generation, body, lane, seq"
    ),
    "create index log_lane on log (lane, seq) where lane is not null;",
    withChecks(
      "series",
      "id integer primary key, owner text not null, key text not null, summary text not null",
      "id, owner, key, summary",
      "unique (owner, key)"
    ),
    withChecks(
      "chunks",
      `id integer primary key, series integer not null, generation integer not null,
       tier integer not null default 0, count integer not null, min_step real not null, max_step real not null,
       min_time real not null, max_time real not null, body blob not null`,
      "id, series, generation, tier, count, min_step, max_step, min_time, max_time, body"
    ),
    "create index chunks_series on chunks (series, id);",
    withChecks("key_sets", "id integer primary key, names text not null unique", "id, names"),
    withChecks(
      "glances",
      "owner text primary key, key_set integer not null, facts text not null, lasts blob not null",
      "owner, key_set, facts, lasts"
    )
  ].join("\n")
];
function schemaCrc(db) {
  const rows = db.prepare(`select name, sql from sqlite_schema where name not like 'sqlite_%' order by name`);
  return crc322(JSON.stringify(rows.raw().all())).toString(16);
}
function checkSchema(db, file2) {
  const known = db.prepare(`select value from meta where key = 'schema'`).pluck().get();
  if (known !== schemaCrc(db))
    throw new StoreError(
      `the store ${file2} is damaged: its tables are not as they were made`,
      "restore a backup: mlops restore FILE"
    );
}
function migrate(db, file2, readonly) {
  const version = db.pragma("user_version", { simple: true });
  if (version > MIGRATIONS.length)
    throw new StoreError(
      `the store ${file2} was written by a newer mlops (schema ${version})`,
      "update mlops on this machine"
    );
  if (version === MIGRATIONS.length) return checkSchema(db, file2);
  if (readonly)
    throw new StoreError(
      `the store ${file2} has an older schema (${version})`,
      "start mlops hub on it once, which upgrades it"
    );
  db.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) db.exec(sql);
    db.prepare(`insert or ignore into meta values ('store', ?)`).run(randomBytes(8).toString("hex"));
    db.prepare(`insert or replace into meta values ('schema', ?)`).run(schemaCrc(db));
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

// src/store/database.ts
var OLDEST_SQLITE = [3, 51, 3];
function assertVersion(db) {
  const version = db.prepare("select sqlite_version()").pluck().get();
  const parts = version.split(".").map(Number);
  const at = OLDEST_SQLITE.findIndex((least, i) => parts[i] !== least);
  if (at >= 0 && parts[at] < OLDEST_SQLITE[at])
    throw new StoreError(
      `SQLite ${version} is too old`,
      `install better-sqlite3 with SQLite ${OLDEST_SQLITE.join(".")} or newer`
    );
}
function explain(file2, error) {
  if (error instanceof StoreError) return error;
  const { code = "", message } = error;
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT"))
    return new StoreError(
      `the store ${file2} is damaged (${message})`,
      "move it away and start again, or restore a backup"
    );
  if (code.startsWith("SQLITE_CANTOPEN") || code === "SQLITE_READONLY")
    return new StoreError(
      `the store ${file2} cannot be opened (${message})`,
      "check the path and its permissions, or pass --store FILE"
    );
  return new StoreError(`the store ${file2}: ${message}`, "run mlops doctor");
}
function prepare(db) {
  db.pragma("page_size = 16384");
  db.pragma("journal_mode = WAL");
}
function openDatabase(file2, options = {}) {
  try {
    if (!options.readonly) mkdirSync(dirname(file2), { recursive: true, mode: 448 });
    const readonly = options.readonly ?? false;
    const db = new Database(file2, { readonly, fileMustExist: readonly });
    assertVersion(db);
    addRowChecks(db);
    if (!options.readonly) prepare(db);
    db.pragma("synchronous = FULL");
    db.pragma("busy_timeout = 2000");
    db.pragma("cache_size = -16384");
    migrate(db, file2, options.readonly ?? false);
    return db;
  } catch (error) {
    throw explain(file2, error);
  }
}

// src/core/state.ts
var emptyState = {
  seq: 0,
  hosts: /* @__PURE__ */ new Map(),
  runs: /* @__PURE__ */ new Map(),
  problems: /* @__PURE__ */ new Map(),
  acks: /* @__PURE__ */ new Map(),
  experiments: /* @__PURE__ */ new Map(),
  loggedModels: /* @__PURE__ */ new Map(),
  models: /* @__PURE__ */ new Map(),
  versions: /* @__PURE__ */ new Map()
};

// src/protocol/tables.ts
var TABLES = [
  "hosts",
  "runs",
  "problems",
  "acks",
  "experiments",
  "loggedModels",
  "models",
  "versions"
];

// src/store/event-log.ts
var fromRow = ({ sound: _, ...row }) => ({ ...row, data: JSON.parse(row.data) });
var toBody = (state) => JSON.stringify(Object.fromEntries(TABLES.map((table) => [table, [...state[table]]])));
function fromBody(seq, body) {
  const saved = JSON.parse(body);
  const tables = Object.fromEntries(TABLES.map((table) => [table, new Map(saved[table])]));
  return { ...emptyState, ...tables, seq };
}
function isSound(db, { seq, sound: sound2 }) {
  if (sound2 === 0) noteDamage(db, `event ${seq} is damaged and left out`);
  return sound2 !== 0;
}
var COLUMNS = "seq, at, type, about, by, data";
function eventLog(db) {
  const insert = db.prepare(`insert into events (${COLUMNS}, stored) values (?, ?, ?, ?, ?, ?, ?)`);
  const after = db.prepare(
    `select ${COLUMNS}, ${sound("events")} as sound from events where seq > ? order by seq limit ?`
  );
  const about = db.prepare(
    `select ${COLUMNS}, ${sound("events")} as sound from events where seq > ? and about = ? order by seq limit ?`
  );
  const at = db.prepare("select seq from events where stored <= ? order by stored desc, seq desc limit 1").pluck();
  const when = db.prepare("select stored from events where seq = ?").pluck();
  let seq = db.prepare("select max(seq) from events").pluck().get() ?? 0;
  const read = (query) => {
    const rows = query.about === void 0 ? after.all(query.since, query.limit) : about.all(query.since, query.about, query.limit);
    return rows.filter((row) => isSound(db, row)).map(fromRow);
  };
  return {
    read,
    seq: () => seq,
    seqAt: (time2) => at.get(time2) ?? 0,
    storedAt: (wanted) => when.get(wanted),
    rewind: (to) => {
      seq = to;
    },
    load() {
      const saved = db.prepare(`select seq, body from snapshot where ${sound("snapshot")}`).get();
      let state = saved ? fromBody(saved.seq, saved.body) : emptyState;
      for (let from = state.seq; from < seq; from += 5e3)
        state = apply(
          state,
          read({ since: from, limit: 5e3 }).filter((event) => event.seq <= from + 5e3)
        );
      return { ...state, seq };
    },
    append(events, by, stored) {
      return events.map((event) => {
        seq++;
        insert.run(seq, event.at, event.type, event.about, by, JSON.stringify(event.data), stored);
        return { ...event, seq, by };
      });
    },
    saveSnapshot(state) {
      db.prepare("insert or replace into snapshot (id, seq, body) values (1, ?, ?)").run(
        state.seq,
        toBody(state)
      );
    }
  };
}

// src/store/lines/codec.ts
import { crc32 as crc323, deflateRawSync, inflateRawSync } from "node:zlib";
var PLAIN = 0;
var DEFLATED = 1;
var CRC_BYTES = 4;
var LEAST = 200;
var MOST_BYTES = 64 << 20;
var CorruptLines = class extends Error {
};
function bodyOf(lines) {
  const s = [...new Set(lines.map(({ stream }) => stream))];
  const a2 = lines.map(({ at }, k) => k === 0 ? at : at - lines[k - 1].at);
  const t = lines.map(({ text }) => text);
  return s.length === 1 ? { s, a: a2, t } : { s, i: lines.map(({ stream }) => s.indexOf(stream)), a: a2, t };
}
function encodeLines(lines, level) {
  const json = Buffer.from(JSON.stringify(bodyOf(lines)));
  const small = json.length < LEAST ? json : deflateRawSync(json, { level });
  const form = small.length < json.length ? DEFLATED : PLAIN;
  const content = form === DEFLATED ? small : json;
  const bytes = Buffer.allocUnsafe(1 + content.length + CRC_BYTES);
  bytes[0] = form;
  content.copy(bytes, 1);
  bytes.writeUInt32LE(crc323(bytes.subarray(0, -CRC_BYTES)), bytes.length - CRC_BYTES);
  return bytes;
}
function parse(bytes) {
  const content = bytes.subarray(1, -CRC_BYTES);
  if (bytes[0] === PLAIN) return JSON.parse(content.toString("utf8"));
  if (bytes[0] !== DEFLATED) throw new CorruptLines(`unknown form ${bytes[0]} of lines`);
  return JSON.parse(inflateRawSync(content, { maxOutputLength: MOST_BYTES }).toString("utf8"));
}
function decodeLines(body) {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length <= CRC_BYTES) throw new CorruptLines("lines are cut off");
  const sum = bytes.readUInt32LE(bytes.length - CRC_BYTES);
  if (crc323(bytes.subarray(0, -CRC_BYTES)) !== sum) throw new CorruptLines("the checksum of lines is wrong");
  try {
    const { s, i, a: a2, t } = parse(bytes);
    let at = 0;
    return t.map((text, k) => {
      at += a2[k];
      return { at, stream: s[i ? i[k] : 0], text };
    });
  } catch (error) {
    throw error instanceof CorruptLines ? error : new CorruptLines(`lines: ${error.message}`);
  }
}

// src/store/lines/merge.ts
var ROWS = 64;
var FULL_LINES = 512;
var FULL_BYTES = 64 << 10;
var MOST_ROWS = 256;
var STEP_LINES = 2048;
var LEVEL = 6;
var isFull = ({ count, bytes }) => count >= FULL_LINES || bytes >= FULL_BYTES;
function groupsOf(newest2) {
  const end = newest2.findIndex(isFull);
  const small = newest2.slice(0, end < 0 ? newest2.length : end).reverse();
  const groups3 = [];
  let lines = 0;
  let bytes = 0;
  for (const row of small) {
    if (groups3.length === 0 || lines >= FULL_LINES || bytes >= FULL_BYTES) {
      groups3.push([]);
      lines = 0;
      bytes = 0;
    }
    groups3.at(-1).push(row);
    lines += row.count;
    bytes += row.bytes;
  }
  return groups3.filter(({ length }) => length > 1);
}
function createMerge(db, insert) {
  const loose = /* @__PURE__ */ new Map();
  const rows = db.prepare(
    `select id, first, count, bytes from lines where owner = ? order by first desc limit ${MOST_ROWS}`
  );
  const body = db.prepare("select body from lines where id = ?").pluck();
  const remove = db.prepare("delete from lines where id = ?");
  const owners = db.prepare("select owner from lines group by owner having count(*) > 1").pluck();
  const step = db.transaction((owner) => {
    let done = 0;
    for (const group2 of groupsOf(rows.all(owner))) {
      if (done >= STEP_LINES) return true;
      const lines = group2.flatMap(({ id }) => decodeLines(body.get(id)));
      for (const { id } of group2) remove.run(id);
      insert(owner, group2[0].first, lines, LEVEL);
      done += lines.length;
    }
    return false;
  });
  function merge(budgetMs, force = false) {
    const until = performance.now() + budgetMs;
    const due = force ? owners.all() : [...loose].filter(([, count]) => count >= ROWS).map(([owner]) => owner);
    for (const owner of due) {
      do
        if (performance.now() > until) return true;
      while (step.immediate(owner));
      loose.delete(owner);
    }
    return false;
  }
  return Object.assign(merge, {
    came: (owner) => void loose.set(owner, (loose.get(owner) ?? 0) + 1)
  });
}

// src/core/lines.ts
var MAX_PAGE_LINES = 5e3;

// src/store/lines/read.ts
var MOST_LOOKED = 2e4;
var MOST_ROWS2 = 4e3;
var MOST_CHARS = 4 << 20;
var ROWS2 = 32;
function collector({ limit, streams }, test) {
  const most = Math.max(1, Math.min(limit, MAX_PAGE_LINES));
  const lines = [];
  let looked = 0;
  let rows = 0;
  let chars = 0;
  return {
    lines,
    take(line) {
      looked++;
      if ((!streams || streams.includes(line.stream)) && (!test || test(line.text))) {
        lines.push(line);
        chars += line.text.length;
      }
      return lines.length < most && looked < MOST_LOOKED && chars < MOST_CHARS;
    },
    passed: () => ++rows < MOST_ROWS2
  };
}
function prepareRows(db) {
  const columns = "id, first, count, streams";
  const down = db.prepare(
    `select ${columns} from lines where owner = ? and first < ? order by first desc limit ${ROWS2}`
  );
  const up = db.prepare(
    `select ${columns} from lines where owner = ? and first >= ? order by first limit ${ROWS2}`
  );
  const rowOf = db.prepare("select first from lines where owner = ? and first <= ? order by first desc limit 1").pluck();
  const since = db.prepare(
    "select id, first from lines where owner = ? and to_at >= ? order by first limit 1"
  );
  const body = db.prepare("select body from lines where id = ?").pluck();
  const lines = ({ id, first }) => decodeLines(body.get(id)).map((said, i) => ({ number: first + i, ...said }));
  return {
    down: (owner, below) => down.all(owner, below),
    up: (owner, from) => up.all(owner, from),
    rowOf: (owner, number) => rowOf.get(owner, number) ?? 0,
    lines,
    numberAt(owner, time2, next) {
      const row = since.get(owner, time2);
      return row ? lines(row).find(({ at }) => at >= time2)?.number ?? next : next;
    }
  };
}
var isWanted = (row, { streams }) => !streams || streams.some((stream) => row.streams.includes(`
${stream}
`));
function back(db, query, before, start, found2) {
  let at = before;
  for (; ; ) {
    const rows = db.down(query.owner, at);
    if (rows.length === 0) return start;
    for (const row of rows) {
      const lines = isWanted(row, query) ? db.lines(row) : [];
      for (let i = Math.min(lines.length, at - row.first) - 1; i >= 0; i--) {
        const line = lines[i];
        if (line.number < start) return start;
        if (!found2.take(line)) return line.number;
      }
      at = row.first;
      if (at <= start || !found2.passed()) return Math.max(at, start);
    }
  }
}
function on(db, query, after, found2) {
  let reached2 = after;
  let from = db.rowOf(query.owner, after + 1);
  for (; ; ) {
    const rows = db.up(query.owner, from);
    if (rows.length === 0) return reached2;
    for (const row of rows) {
      const lines = isWanted(row, query) ? db.lines(row) : [];
      for (const line of lines) if (line.number > after && !found2.take(line)) return line.number;
      from = row.first + row.count;
      reached2 = Math.max(reached2, from - 1);
      if (!found2.passed()) return reached2;
    }
  }
}
function createRead(db, index) {
  const rows = prepareRows(db);
  return (query, test) => {
    const { owner, before, after } = query;
    const { first, next } = index.get(owner) ?? { first: 1, next: 1 };
    const start = query.since === void 0 ? first : rows.numberAt(owner, query.since, next);
    const found2 = collector(query, test);
    if (after !== void 0) {
      const reached3 = on(rows, query, Math.max(after, start - 1), found2);
      return { lines: found2.lines, first, next, start, reached: reached3, more: reached3 < next - 1 };
    }
    const reached2 = back(rows, query, Math.min(before ?? next, next), start, found2);
    return { lines: found2.lines.reverse(), first, next, start, reached: reached2, more: reached2 > start };
  };
}

// src/store/lines/line-store.ts
var LEVEL2 = 1;
function byOwner(groups3) {
  const owners = /* @__PURE__ */ new Map();
  for (const { owner, stream, at, text } of groups3) {
    const mine = owners.get(owner) ?? [];
    owners.set(owner, mine);
    for (let i = 0; i < at.length; i++) mine.push({ at: at[i], stream, text: text[i] });
  }
  return owners;
}
var streamsText = (lines) => `
${[...new Set(lines.map(({ stream }) => stream))].join("\n")}
`;
function prepareInsert(db) {
  const insert = db.prepare(
    "insert into lines (owner, first, count, from_at, to_at, bytes, streams, body) values (?, ?, ?, ?, ?, ?, ?, ?)"
  );
  return (owner, first, lines, level) => {
    const body = encodeLines(lines, level);
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { at } of lines) {
      from = Math.min(from, at);
      to = Math.max(to, at);
    }
    insert.run(owner, first, lines.length, from, to, body.length, streamsText(lines), body);
  };
}
function openLines(db) {
  const index = /* @__PURE__ */ new Map();
  const all = db.prepare("select owner, first, next from line_owners");
  const one = db.prepare("select next from line_owners where owner = ?").pluck();
  const raise = db.prepare(
    "insert into line_owners (owner, first, next) values (?, ?, ?) on conflict (owner) do update set next = excluded.next"
  );
  const empty = db.prepare("update line_owners set first = next where owner = ?");
  const remove = db.prepare("delete from lines where owner = ?");
  const insert = prepareInsert(db);
  const merge = createMerge(db, insert);
  function reload() {
    index.clear();
    for (const row of all.all())
      index.set(row.owner, { first: row.first, next: row.next });
  }
  reload();
  return {
    index,
    reload,
    read: createRead(db, index),
    merge,
    log(groups3) {
      for (const [owner, lines] of byOwner(groups3)) {
        const first = one.get(owner) ?? 1;
        insert(owner, first, lines, LEVEL2);
        raise.run(owner, 1, first + lines.length);
      }
    },
    push(groups3) {
      for (const [owner, lines] of byOwner(groups3)) {
        const { first, next } = index.get(owner) ?? { first: 1, next: 1 };
        index.set(owner, { first, next: next + lines.length });
        merge.came(owner);
      }
    },
    logDrop(owner) {
      remove.run(owner);
      empty.run(owner);
    },
    drop(owner) {
      const span2 = index.get(owner);
      if (span2) index.set(owner, { first: span2.next, next: span2.next });
    }
  };
}

// src/core/main-metric.ts
var MAIN_METRIC = [
  /(^|[/._])val(id(ation)?)?[/._ -]*(.*[/._])?loss/i,
  /(^|[/._ -])loss$/i,
  /loss/i,
  /reward|return/i,
  /acc/i,
  /error|mae|rmse|mse/i
];
var UNLIKELY = /^(step|epoch|time|lr)/i;
var ranks = /* @__PURE__ */ new Map();
var MAX_RANKS = 1e5;
function rankOf(key) {
  const known = ranks.get(key);
  if (known !== void 0) return known;
  const found2 = MAIN_METRIC.findIndex((pattern) => pattern.test(key));
  const rank = found2 >= 0 ? found2 : MAIN_METRIC.length + (UNLIKELY.test(key) ? 1 : 0);
  if (ranks.size >= MAX_RANKS) ranks.clear();
  ranks.set(key, rank);
  return rank;
}

// src/core/glance.ts
var isGlancing = (metrics) => "glance" in metrics;
function firstBad(bad) {
  let first;
  let since = Number.POSITIVE_INFINITY;
  for (const [key, { badSince, last }] of bad) {
    const at = badSince ?? last.time;
    if (first !== void 0 && (at > since || at === since && key > first)) continue;
    first = key;
    since = at;
  }
  return first;
}
function computed(metrics) {
  const bad = /* @__PURE__ */ new Map();
  let [updated, step, main] = [null, null, void 0];
  const sources = [...metrics.keys()];
  let least = Number.POSITIVE_INFINITY;
  for (const [key, summary] of metrics) {
    const { last } = summary;
    if (updated === null || last.time > updated) updated = last.time;
    if (step === null || last.step > step) step = last.step;
    if (!Number.isFinite(last.value)) bad.set(key, summary);
    const rank = rankOf(key);
    if (rank >= least) continue;
    main = key;
    least = rank;
  }
  return {
    updated,
    step,
    main: firstBad(bad) ?? main,
    bad,
    sources,
    last: (key) => metrics.get(key)?.last.value
  };
}
var nothing = {
  updated: null,
  step: null,
  main: void 0,
  bad: /* @__PURE__ */ new Map(),
  sources: [],
  last: () => void 0
};
function glanceOf(metrics) {
  if (metrics === void 0) return nothing;
  return isGlancing(metrics) ? metrics.glance : computed(metrics);
}

// src/store/lines/prune.ts
function cuts(db, { keepMs, maxBytes }, now) {
  const found2 = /* @__PURE__ */ new Map();
  const newest2 = db.prepare("select max(to_at) from lines").pluck().get();
  if (newest2 === null) return found2;
  const oldest = keepMs === null ? Number.NEGATIVE_INFINITY : Math.min(now, newest2) - keepMs;
  let left = db.prepare("select sum(bytes) from lines").pluck().get();
  const rows = db.prepare(
    'select owner, first, count, to_at as "to", bytes from lines indexed by lines_owner order by to_at, first'
  );
  for (const row of rows.iterate()) {
    if (row.to >= oldest && (maxBytes === null || left <= maxBytes)) break;
    left -= row.bytes;
    found2.set(row.owner, Math.max(found2.get(row.owner) ?? 0, row.first + row.count));
  }
  return found2;
}
function pruneLines(db, retention, now) {
  if (retention.keepMs === null && retention.maxBytes === null) return 0;
  const count = db.prepare("select sum(count) from lines where owner = ? and first < ?").pluck();
  const remove = db.prepare("delete from lines where owner = ? and first < ?");
  const raise = db.prepare("update line_owners set first = max(first, ?) where owner = ?");
  let gone = 0;
  for (const [owner, before] of cuts(db, retention, now)) {
    gone += count.get(owner, before) ?? 0;
    remove.run(owner, before);
    raise.run(before, owner);
  }
  return gone;
}

// src/core/columns.ts
var noColumns = {
  steps: new Float64Array(0),
  times: new Float64Array(0),
  values: new Float64Array(0)
};
function toColumns(steps, times, values, from, to) {
  const part = steps.slice(from, to);
  const wide = part.some((step) => typeof step === "bigint");
  return {
    steps: wide ? BigInt64Array.from(part, (step) => BigInt(step)) : Float64Array.from(part),
    times: Float64Array.from(times.slice(from, to)),
    values: Float64Array.from(values.slice(from, to))
  };
}
function concat(parts) {
  if (parts.length === 1) return parts[0];
  const length = parts.reduce((sum, { times: times2 }) => sum + times2.length, 0);
  const wide = parts.some(({ steps: steps2 }) => steps2 instanceof BigInt64Array);
  const steps = wide ? new BigInt64Array(length) : new Float64Array(length);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    if (steps instanceof Float64Array) steps.set(part.steps, at);
    else for (let i = 0; i < part.times.length; i++) steps[at + i] = BigInt(part.steps[i]);
    times.set(part.times, at);
    values.set(part.values, at);
    at += part.times.length;
  }
  return { steps, times, values };
}
function sliceColumns(columns, from, to) {
  return {
    steps: columns.steps.slice(from, to),
    times: columns.times.slice(from, to),
    values: columns.values.slice(from, to)
  };
}

// src/core/kept-points.ts
var FIRST = 0;
var LOW = 1;
var HIGH = 2;
var LAST = 3;
var NON_FINITE = 4;
var ROLES = 5;
function createSlots(buckets) {
  const size = buckets * ROLES + 2;
  const slots = {
    order: new Float64Array(size).fill(-1),
    x: new Float64Array(size),
    times: new Float64Array(size),
    values: new Float64Array(size),
    steps: new Float64Array(size)
  };
  for (let base = 0; base < buckets * ROLES; base += ROLES) {
    slots.x[base + FIRST] = Number.POSITIVE_INFINITY;
    slots.values[base + LOW] = Number.POSITIVE_INFINITY;
    slots.values[base + HIGH] = Number.NEGATIVE_INFINITY;
    slots.x[base + LAST] = Number.NEGATIVE_INFINITY;
  }
  return slots;
}
function keep(slots, slot, batch, i) {
  slots.order[slot] = batch.before + i;
  slots.x[slot] = batch.x[i];
  slots.times[slot] = batch.times[i];
  slots.values[slot] = batch.values[i];
  if (slots.wide) slots.wide[slot] = BigInt(batch.steps[i]);
  else slots.steps[slot] = Number(batch.steps[i]);
}
function keepEnds(slots, batch, i) {
  const head = slots.order.length - 2;
  const tail = head + 1;
  const x = batch.x[i];
  const order = batch.before + i;
  const beats = (slot, before) => slots.order[slot] < 0 || before || x === slots.x[slot] && order < slots.order[slot] === (slot === head);
  if (beats(head, x < slots.x[head])) keep(slots, head, batch, i);
  if (beats(tail, x > slots.x[tail])) keep(slots, tail, batch, i);
}
function scan(slots, bucket, batch, from, start, end) {
  const base = bucket * ROLES;
  const { x, values } = batch;
  let first = -1;
  let low = -1;
  let high = -1;
  let last = -1;
  let least = slots.x[base + FIRST];
  let most = slots.x[base + LAST];
  let lowest = slots.values[base + LOW];
  let highest = slots.values[base + HIGH];
  let i = from;
  for (; i < x.length; i++) {
    const at = x[i];
    if (!(at >= start && at < end)) break;
    const value = values[i];
    if (!Number.isFinite(value)) {
      if (slots.order[base + NON_FINITE] < 0) keep(slots, base + NON_FINITE, batch, i);
      keepEnds(slots, batch, i);
      continue;
    }
    if (at < least) {
      least = at;
      first = i;
    }
    if (at >= most) {
      most = at;
      last = i;
    }
    if (value < lowest) {
      lowest = value;
      low = i;
    }
    if (value > highest) {
      highest = value;
      high = i;
    }
  }
  if (first >= 0) keep(slots, base + FIRST, batch, first);
  if (low >= 0) keep(slots, base + LOW, batch, low);
  if (high >= 0) keep(slots, base + HIGH, batch, high);
  if (last >= 0) keep(slots, base + LAST, batch, last);
  if (first >= 0) keepEnds(slots, batch, first);
  if (last >= 0) keepEnds(slots, batch, last);
  return i;
}
function stepsOf({ steps, wide }, kept) {
  if (!wide) return Float64Array.from(kept, (slot) => steps[slot]);
  const exact = BigInt64Array.from(kept, (slot) => wide[slot]);
  const narrow = Float64Array.from(exact, Number);
  return narrow.every(Number.isSafeInteger) ? narrow : exact;
}
function keptColumns(slots) {
  const { order, x } = slots;
  const kept = [...order.keys()].filter((slot) => order[slot] >= 0).sort((a2, b) => x[a2] - x[b] || order[a2] - order[b]).filter((slot, i, all) => i === 0 || order[slot] !== order[all[i - 1]]);
  return {
    steps: stepsOf(slots, kept),
    times: Float64Array.from(kept, (slot) => slots.times[slot]),
    values: Float64Array.from(kept, (slot) => slots.values[slot])
  };
}

// src/core/decimate.ts
function shifted(times, origin) {
  const out = new Float64Array(times.length);
  for (let i = 0; i < out.length; i++) out[i] = times[i] - origin;
  return out;
}
function axisOf({ steps, times }, axis, origin) {
  if (axis === "time") return times;
  if (axis === "relative") return shifted(times, origin);
  return steps instanceof BigInt64Array ? Float64Array.from(steps, Number) : steps;
}
function bucketEdges(xMin, xMax, buckets) {
  const edges = Float64Array.from({ length: buckets + 1 }, (_, i) => xMin + (xMax - xMin) * (i / buckets));
  edges[buckets] = Math.max(Math.floor(xMax) + 1, xMax + Math.abs(xMax) * Number.EPSILON);
  return edges;
}
function bucketAt(edges, x) {
  const buckets = edges.length - 1;
  if (!(x >= edges[0] && x < edges[buckets])) return -1;
  const width = edges[1] - edges[0];
  let bucket = width > 0 ? Math.min(Math.floor((x - edges[0]) / width), buckets - 1) : buckets - 1;
  while (x < edges[bucket]) bucket--;
  while (x >= edges[bucket + 1]) bucket++;
  return bucket;
}
function pushBatch(slots, edges, batch) {
  for (let i = 0; i < batch.x.length; ) {
    const bucket = bucketAt(edges, batch.x[i]);
    i = bucket < 0 ? i + 1 : scan(slots, bucket, batch, i, edges[bucket], edges[bucket + 1]);
  }
}
function createDecimator(xMin, xMax, buckets, axis, origin) {
  if (!(Number.isFinite(xMax - xMin) && xMax >= xMin)) throw new RangeError(`no range: ${xMin} to ${xMax}`);
  if (!(Number.isInteger(buckets) && buckets > 0)) throw new RangeError(`no number of buckets: ${buckets}`);
  const slots = createSlots(buckets);
  const edges = bucketEdges(xMin, xMax, buckets);
  let before = 0;
  let start = origin;
  return {
    push(columns) {
      if (columns.times.length === 0) return;
      start ??= columns.times[0];
      if (columns.steps instanceof BigInt64Array) slots.wide ??= BigInt64Array.from(slots.steps, BigInt);
      pushBatch(slots, edges, { ...columns, x: axisOf(columns, axis, start), before });
      before += columns.times.length;
    },
    finish: () => keptColumns(slots)
  };
}

// src/protocol/numbers.ts
var INT64_MAX = 9223372036854775807n;
var INT64_MIN = -9223372036854775808n;
function toStep(value) {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}
function parseStep(text) {
  if (!/^[+-]?\d{1,19}$/.test(text)) return void 0;
  const short = text.length < 16;
  if (short) return Number(text);
  const wide = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return wide > INT64_MAX || wide < INT64_MIN ? void 0 : toStep(wide);
}
function toWireValue(value) {
  return Number.isFinite(value) ? value : String(value);
}
function fromWireValue(value) {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (value === "-Infinity") return Number.NEGATIVE_INFINITY;
  return void 0;
}
function toWireStep(step) {
  return typeof step === "number" ? step : step.toString();
}
function fromWireStep(step) {
  if (typeof step === "number") return Number.isSafeInteger(step) ? step : void 0;
  return typeof step === "string" ? parseStep(step) : void 0;
}

// src/core/summary.ts
var pointAt = (columns, i) => ({
  step: columns.steps[i],
  time: columns.times[i],
  value: columns.values[i]
});
function isLater(columns, i, than) {
  const step = columns.steps[i];
  if (step !== than.step) return step > than.step;
  const time2 = columns.times[i];
  return time2 !== than.time ? time2 > than.time : columns.values[i] >= than.value;
}
var isSame = (a2, b) => a2.step === b.step && a2.time === b.time && Object.is(a2.value, b.value);
var latestOf = ({ latest, last }) => latest ?? last;
function summarise(before, columns, from, to, late = false) {
  let min = before?.min ?? null;
  let max = before?.max ?? null;
  let nonFinite = before?.nonFinite ?? 0;
  let badSince = before?.badSince ?? null;
  let latest = before ? latestOf(before) : pointAt(columns, from);
  for (let i = from; i < to; i++) {
    const value = columns.values[i];
    if (isLater(columns, i, latest)) latest = pointAt(columns, i);
    if (!Number.isFinite(value)) {
      nonFinite++;
      badSince ??= columns.times[i];
    } else {
      badSince = null;
      if (min === null || value < min) min = value;
      if (max === null || value > max) max = value;
    }
  }
  const isBehind = late && before !== void 0;
  const last = isBehind ? before.last : pointAt(columns, to - 1);
  const isFirst = !before || isBehind && columns.times[from] < before.first.time;
  return {
    count: (before?.count ?? 0) + to - from,
    nonFinite,
    first: isFirst ? pointAt(columns, from) : before.first,
    last,
    min,
    max,
    badSince: isBehind ? before.badSince : badSince,
    ...!isSame(latest, last) && { latest }
  };
}
var later = (a2, b) => {
  const { step, time: time2, value } = b;
  return isLater({ steps: [step], times: [time2], values: [value] }, 0, a2) ? b : a2;
};
function joinSummaries(before, after) {
  if (!before || !after) return before ?? after;
  const least = (a2, b, pick2) => a2 === null || b === null ? a2 ?? b : pick2(a2, b);
  const latest = later(latestOf(before), latestOf(after));
  const allBad = after.nonFinite === after.count;
  return {
    count: before.count + after.count,
    nonFinite: before.nonFinite + after.nonFinite,
    first: before.first,
    last: after.last,
    min: least(before.min, after.min, Math.min),
    max: least(before.max, after.max, Math.max),
    badSince: allBad ? before.badSince ?? after.badSince : after.badSince,
    ...!isSame(latest, after.last) && { latest }
  };
}
function toWireSummary(summary) {
  const point = ({ step, time: time2, value }) => [toWireStep(step), time2, toWireValue(value)];
  return [
    summary.count,
    summary.nonFinite,
    point(summary.first),
    point(summary.last),
    summary.min,
    summary.max,
    ...summary.latest ? [summary.badSince, point(summary.latest)] : [],
    ...summary.latest || summary.badSince === null ? [] : [summary.badSince]
  ];
}
function readPoint(raw2) {
  const [step, time2, value] = raw2;
  return { step: fromWireStep(step) ?? 0, time: time2, value: fromWireValue(value) ?? Number.NaN };
}
function fromWireSummary(raw2) {
  const [count, nonFinite, first, rawLast, min, max, badSince, latest] = raw2;
  const last = readPoint(rawLast);
  return {
    count,
    nonFinite,
    first: readPoint(first),
    last,
    min,
    max,
    badSince: badSince ?? (Number.isFinite(last.value) ? null : last.time),
    ...latest !== void 0 && { latest: readPoint(latest) }
  };
}

// src/store/series/bytes.ts
var CorruptChunk = class extends Error {
  name = "CorruptChunk";
};
function createSink() {
  return { bytes: new Uint8Array(1024), at: 0 };
}
function reserve(sink, count) {
  const needed = sink.at + count;
  if (needed <= sink.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, sink.bytes.length * 2));
  grown.set(sink.bytes.subarray(0, sink.at));
  sink.bytes = grown;
}
function written(sink) {
  return sink.bytes.subarray(0, sink.at);
}
function take(source, count) {
  const start = source.at;
  if (start + count > source.bytes.length) throw new CorruptChunk("chunk ends too early");
  source.at = start + count;
  return start;
}
function putByte(sink, byte) {
  reserve(sink, 1);
  sink.bytes[sink.at++] = byte;
}
function getByte(source) {
  return source.bytes[take(source, 1)];
}
function putSigned(sink, value) {
  reserve(sink, 8);
  let rest = Math.abs(value);
  let byte = rest % 64 * 2 + (value < 0 ? 1 : 0);
  rest = Math.floor(rest / 64);
  while (rest > 0) {
    sink.bytes[sink.at++] = byte | 128;
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  sink.bytes[sink.at++] = byte;
}
function getSigned(source) {
  const first = getByte(source);
  let magnitude = first >> 1 & 63;
  let scale = 64;
  for (let more = first >= 128; more; scale *= 128) {
    const byte = getByte(source);
    magnitude += (byte & 127) * scale;
    if (magnitude > Number.MAX_SAFE_INTEGER) throw new CorruptChunk("integer too large");
    more = byte >= 128;
  }
  return first & 1 ? 0 - magnitude : magnitude;
}

// src/store/series/codec.ts
import { crc32 as crc324 } from "node:zlib";

// src/store/series/bits.ts
var PLANE = 24;
function bitWidth(value) {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 2 ** 32));
}
var planeBytes = (count, bits) => count * bits + 7 >> 3;
function packPlane(sink, values, count, bits) {
  const bytes = sink.bytes;
  let at = sink.at;
  let waiting = 0;
  let have = 0;
  for (let i = 0; i < count; i++) {
    waiting |= values[i] << have;
    for (have += bits; have >= 8; have -= 8) {
      bytes[at++] = waiting;
      waiting >>>= 8;
    }
  }
  if (have > 0) bytes[at++] = waiting;
  sink.at = at;
}
function packBits(sink, values, count, width) {
  const low = new Float64Array(width > PLANE ? count : 0);
  let left = width;
  for (; left > PLANE; left -= PLANE) {
    for (let i = 0; i < count; i++) {
      const high = Math.floor(values[i] / 2 ** PLANE);
      low[i] = values[i] - high * 2 ** PLANE;
      values[i] = high;
    }
    reserve(sink, planeBytes(count, PLANE));
    packPlane(sink, low, count, PLANE);
  }
  reserve(sink, planeBytes(count, left));
  packPlane(sink, values, count, left);
}
function addPlane(source, out, from, to, bits, unit) {
  const bytes = source.bytes;
  let at = take(source, planeBytes(to - from, bits));
  const mask = 2 ** bits - 1;
  let waiting = 0;
  let have = 0;
  for (let i = from; i < to; i++) {
    for (; have < bits; have += 8) waiting |= bytes[at++] << have;
    out[i] = out[i] + (waiting & mask) * unit;
    waiting >>>= bits;
    have -= bits;
  }
}
function addPacked(source, out, from, to, width) {
  for (let shift = 0; shift < width; shift += PLANE)
    addPlane(source, out, from, to, Math.min(PLANE, width - shift), 2 ** shift);
}

// src/store/series/integers.ts
var BLOCK = 64;
var WIDEST = 53;
var HALF = 2 ** 32;
var MAX = Number.MAX_SAFE_INTEGER;
var PLAIN2 = 0;
var DIFFERENCES = 1;
var HALVES = 2;
function differences(values) {
  const out = new Float64Array(Math.max(0, values.length - 1));
  for (let i = 0; i < out.length; i++) out[i] = values[i + 1] - values[i];
  return out;
}
function measure(values) {
  const count = Math.ceil(values.length / BLOCK);
  const mins = new Float64Array(count);
  const widths = new Uint8Array(count);
  let bits = 0;
  for (let block = 0; block < count; block++) {
    const to = Math.min(values.length, (block + 1) * BLOCK);
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = block * BLOCK; i < to; i++) {
      const value = values[i];
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (min < -MAX || max > MAX || max - min > MAX) return { mins, widths, bits: Number.POSITIVE_INFINITY };
    mins[block] = min;
    widths[block] = bitWidth(max - min);
    bits += widths[block] * (to - block * BLOCK);
  }
  return { mins, widths, bits };
}
function putBlocks(sink, values, { mins, widths }) {
  const above = new Float64Array(BLOCK);
  for (let block = 0; block < mins.length; block++) {
    const from = block * BLOCK;
    const count = Math.min(values.length - from, BLOCK);
    const min = mins[block];
    for (let i = 0; i < count; i++) above[i] = values[from + i] - min;
    putByte(sink, widths[block]);
    putSigned(sink, min);
    packBits(sink, above, count, widths[block]);
  }
}
function putHalves(sink, values) {
  const highs = values.map((value) => Math.floor(value / HALF));
  putIntegers(sink, highs);
  putIntegers(
    sink,
    values.map((value, i) => value - highs[i] * HALF)
  );
}
function putIntegers(sink, values) {
  const steps = differences(values);
  const plain = measure(values);
  const rising = measure(steps);
  const form = rising.bits < plain.bits ? DIFFERENCES : plain.bits < Infinity ? PLAIN2 : HALVES;
  putByte(sink, form);
  if (form === HALVES) putHalves(sink, values);
  else if (form === PLAIN2) putBlocks(sink, values, plain);
  else {
    putSigned(sink, values[0]);
    putBlocks(sink, steps, rising);
  }
}
function getBlocks(source, out, start) {
  for (let from = start; from < out.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, out.length);
    const width = getByte(source);
    if (width > WIDEST) throw new CorruptChunk(`block of ${width} bits`);
    out.fill(getSigned(source), from, to);
    addPacked(source, out, from, to, width);
  }
}
function getDifferences(source, out) {
  let value = getSigned(source);
  getBlocks(source, out, 1);
  out[0] = value;
  for (let i = 1; i < out.length; i++) {
    value += out[i];
    out[i] = value;
  }
}
function getHalves(source, out, depth) {
  const highs = getIntegers(source, out.length, depth + 1);
  const lows = getIntegers(source, out.length, depth + 1);
  for (let i = 0; i < out.length; i++) out[i] = highs[i] * HALF + lows[i];
}
function getIntegers(source, count, depth = 0) {
  const form = getByte(source);
  const out = new Float64Array(count);
  if (form === DIFFERENCES && count > 0) getDifferences(source, out);
  else if (form === PLAIN2) getBlocks(source, out, 0);
  else if (form === HALVES && depth === 0) getHalves(source, out, depth);
  else throw new CorruptChunk(`unknown form ${form} of integers`);
  for (let i = 0; i < count; i++) if (!(Math.abs(out[i]) <= MAX)) throw new CorruptChunk("integer too large");
  return out;
}

// src/store/series/floats.ts
var FLOAT64 = 0;
var FLOAT32 = 1;
var DECIMAL = 2;
var MOST_DIGITS = 15;
var MOST_UNITS = 2 ** 50;
var POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, k) => Number(`1e${k}`));
function isDecimal(value, power) {
  const units = Math.round(value * power);
  return units / power === value && Math.abs(units) <= MOST_UNITS && !Object.is(value, -0);
}
function decimalPlaces(values) {
  let places = 0;
  for (let i = 0; i < values.length; i++) {
    while (!isDecimal(values[i], POWERS[places])) if (++places > MOST_DIGITS) return void 0;
  }
  const power = POWERS[places];
  return values.every((value) => isDecimal(value, power)) ? places : void 0;
}
function putDecimals(sink, values, places) {
  const power = POWERS[places];
  const units = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) units[i] = Math.round(values[i] * power);
  putByte(sink, DECIMAL + places);
  putIntegers(sink, units);
}
var ordered = (bits) => bits < 0 ? bits ^ 2147483647 : bits;
function isFloat32(values) {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Math.fround(value) !== value && !Number.isNaN(value)) return false;
  }
  return true;
}
function putFloat32(sink, values) {
  const bits = new Int32Array(new Float32Array(values).buffer);
  putByte(sink, FLOAT32);
  putIntegers(sink, new Float64Array(bits.map(ordered)));
}
function putFloat64(sink, values) {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const highs = new Float64Array(values.length);
  const lows = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    lows[i] = view.getUint32(i * 8, true);
    highs[i] = ordered(view.getInt32(i * 8 + 4, true));
  }
  putByte(sink, FLOAT64);
  putIntegers(sink, highs);
  putIntegers(sink, lows);
}
function putFloats(sink, values) {
  const bits = createSink();
  if (isFloat32(values)) putFloat32(bits, values);
  else putFloat64(bits, values);
  const decimals = createSink();
  const places = decimalPlaces(values);
  if (places !== void 0) putDecimals(decimals, values, places);
  const best = written(places !== void 0 && decimals.at <= bits.at ? decimals : bits);
  reserve(sink, best.length);
  sink.bytes.set(best, sink.at);
  sink.at += best.length;
}
function getDecimals(source, count, places) {
  const out = getIntegers(source, count);
  const power = POWERS[places];
  for (let i = 0; i < count; i++) out[i] = out[i] / power;
  return out;
}
function getFloat32(source, count) {
  const units = getIntegers(source, count);
  const bits = new Int32Array(count);
  for (let i = 0; i < count; i++) bits[i] = ordered(units[i] | 0);
  return new Float64Array(new Float32Array(bits.buffer));
}
function getFloat64(source, count) {
  const highs = getIntegers(source, count);
  const lows = getIntegers(source, count);
  const out = new Float64Array(count);
  const view = new DataView(out.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(i * 8, lows[i], true);
    view.setInt32(i * 8 + 4, ordered(highs[i] | 0), true);
  }
  return out;
}
function getFloats(source, count) {
  const form = getByte(source);
  if (form === FLOAT64) return getFloat64(source, count);
  if (form === FLOAT32) return getFloat32(source, count);
  if (form <= DECIMAL + MOST_DIGITS) return getDecimals(source, count, form - DECIMAL);
  throw new CorruptChunk(`unknown form ${form} of values`);
}

// src/store/series/codec.ts
var MAX_CHUNK_POINTS = 16384;
var VERSION = 1;
var CRC_BYTES2 = 4;
var NUMBERS = 0;
var BIGINTS = 1;
var highHalf = (step) => Number(step >> 32n);
var lowHalf = (step) => Number(step & 0xffffffffn);
function putSteps(sink, steps) {
  const narrow = steps instanceof BigInt64Array ? Float64Array.from(steps, Number) : steps;
  if (!(steps instanceof BigInt64Array) || narrow.every(Number.isSafeInteger)) {
    putByte(sink, NUMBERS);
    putIntegers(sink, narrow);
    return;
  }
  putByte(sink, BIGINTS);
  putIntegers(sink, Float64Array.from(steps, highHalf));
  putIntegers(sink, Float64Array.from(steps, lowHalf));
}
function getSteps(source, count) {
  const form = getByte(source);
  if (form === NUMBERS) return getIntegers(source, count);
  if (form !== BIGINTS) throw new CorruptChunk(`unknown form ${form} of steps`);
  const highs = getIntegers(source, count);
  const lows = getIntegers(source, count);
  return BigInt64Array.from(lows, (low, i) => (BigInt(highs[i]) << 32n) + BigInt(low));
}
var wholeNumbers = (column2) => column2 instanceof BigInt64Array || column2.every(Number.isSafeInteger);
function encodeChunk({ steps, times, values }) {
  const count = values.length;
  if (steps.length !== count || times.length !== count) throw new RangeError("columns differ in length");
  if (count > MAX_CHUNK_POINTS)
    throw new RangeError(`${count} points, at most ${MAX_CHUNK_POINTS} in a chunk`);
  if (!wholeNumbers(steps) || !wholeNumbers(times))
    throw new RangeError("steps and times must be safe integers");
  const sink = createSink();
  putByte(sink, VERSION);
  putSigned(sink, count);
  putSteps(sink, steps);
  putIntegers(sink, times);
  putFloats(sink, values);
  const crc = crc324(written(sink));
  reserve(sink, CRC_BYTES2);
  for (let shift = 0; shift < 32; shift += 8) sink.bytes[sink.at++] = crc >>> shift;
  return written(sink).slice();
}
function checkedContent(body) {
  const end = body.length - CRC_BYTES2;
  if (end < 1) throw new CorruptChunk(`chunk of ${body.length} bytes`);
  const stored = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(end, true);
  const content = body.subarray(0, end);
  if (crc324(content) !== stored) throw new CorruptChunk("checksum differs");
  return content;
}
function decodeChunk(body) {
  const source = { bytes: checkedContent(body), at: 0 };
  const version = getByte(source);
  if (version !== VERSION) throw new CorruptChunk(`chunk version ${version}, this program reads ${VERSION}`);
  const count = getSigned(source);
  if (count < 0 || count > MAX_CHUNK_POINTS) throw new CorruptChunk(`chunk of ${count} points`);
  const steps = getSteps(source, count);
  const times = getIntegers(source, count);
  const values = getFloats(source, count);
  if (source.at !== source.bytes.length) throw new CorruptChunk("bytes left over");
  return { steps, times, values };
}

// src/store/series/chunks.ts
var CHUNK_POINTS = 1024;
var SMALL_CHUNK = 256;
var outward = (step, direction) => {
  const near = Number(step);
  return typeof step === "number" ? near : near + direction * Math.abs(near) * Number.EPSILON;
};
function boundsOf(columns) {
  let [minStep, maxStep] = [columns.steps[0], columns.steps[0]];
  let [minTime, maxTime] = [columns.times[0], columns.times[0]];
  for (let i = 1; i < columns.times.length; i++) {
    const step = columns.steps[i];
    const time2 = columns.times[i];
    if (step < minStep) minStep = step;
    if (step > maxStep) maxStep = step;
    if (time2 < minTime) minTime = time2;
    if (time2 > maxTime) maxTime = time2;
  }
  return [outward(minStep, -1), outward(maxStep, 1), minTime, maxTime];
}
var WITHIN = {
  step: "max_step >= ? and min_step <= ?",
  time: "max_time >= ? and min_time <= ?"
};
function statements(db) {
  const select = (columns, by) => db.prepare(`select ${columns} from chunks where series = ? and ${WITHIN[by]} order by id`);
  const BODY = `id, body, ${sound("chunks")} as sound`;
  const BOUNDS = "min_step, max_step, min_time, max_time";
  return {
    find: db.prepare(
      `select id, summary, ${sound("series")} as sound from series where owner = ? and key = ?`
    ),
    add: db.prepare("insert into series (owner, key, summary) values (?, ?, ?)"),
    update: db.prepare("update series set summary = ? where id = ?"),
    last: db.prepare(
      "select id, count, generation, body from chunks where series = ? order by id desc limit 1"
    ),
    remove: db.prepare("delete from chunks where id = ?"),
    insert: db.prepare(
      `insert into chunks (series, generation, count, ${BOUNDS}, body) values (?, ?, ?, ?, ?, ?, ?, ?)`
    ),
    bodies: { step: select(BODY, "step"), time: select(BODY, "time") },
    bounds: { step: select(BOUNDS, "step"), time: select(BOUNDS, "time") },
    dropChunks: db.prepare("delete from chunks where series in (select id from series where owner = ?)"),
    dropSeries: db.prepare("delete from series where owner = ?")
  };
}
function saveSummary(sql, head, whole) {
  const row = sql.find.get(head.owner, head.key);
  const before = row?.sound && !whole ? fromWireSummary(JSON.parse(row.summary)) : void 0;
  const summary = JSON.stringify(toWireSummary(whole ?? summarise(before, head, 0, head.cut)));
  if (!row) return Number(sql.add.run(head.owner, head.key, summary).lastInsertRowid);
  sql.update.run(summary, row.id);
  return row.id;
}
function writeChunks(sql, series, generation, columns) {
  for (let from = 0; from < columns.times.length; from += CHUNK_POINTS) {
    const part = sliceColumns(columns, from, from + CHUNK_POINTS);
    sql.insert.run(series, generation, part.times.length, ...boundsOf(part), encodeChunk(part));
  }
}
function openChunks(db) {
  const sql = statements(db);
  const id = (owner, key) => sql.find.get(owner, key)?.id ?? -1;
  return {
    seal(head, generation, whole) {
      const series = saveSummary(sql, head, whole);
      const last = sql.last.get(series);
      const fresh2 = toColumns(head.steps, head.times, head.values, 0, head.cut);
      const merge = last !== void 0 && last.count < SMALL_CHUNK;
      if (merge) sql.remove.run(last.id);
      writeChunks(sql, series, generation, merge ? concat([decodeChunk(last.body), fresh2]) : fresh2);
    },
    bounds: (owner, key, range) => sql.bounds[range.by].all(id(owner, key), range.from, range.to),
    *read(owner, key, range) {
      const rows = sql.bodies[range.by].all(id(owner, key), range.from, range.to);
      for (const { id: chunk, body, sound: sound2 } of rows) {
        if (!sound2) throw new CorruptChunk(`chunk ${chunk} is damaged`);
        yield decodeChunk(body);
      }
    },
    generation: (owner, key) => sql.last.get(id(owner, key))?.generation ?? -1,
    drop(owner) {
      sql.dropChunks.run(owner);
      sql.dropSeries.run(owner);
    }
  };
}

// src/store/series/thinning.ts
var SLOTS_AT_ONCE = 1e4;
function thinSlots(columns, slotMs) {
  const { times } = columns;
  let [low, high] = [Infinity, -Infinity];
  for (const time2 of times) {
    if (time2 < low) low = time2;
    if (time2 > high) high = time2;
  }
  const from = Math.floor(low / slotMs) * slotMs;
  const slots = Math.floor((high - from) / slotMs) + 1;
  if (slots > SLOTS_AT_ONCE) return columns;
  const decimator = createDecimator(from, from + slots * slotMs, slots, "time");
  decimator.push(columns);
  return decimator.finish();
}
function* groups(rows) {
  for (let from = 0; from < rows.length; from += 64) yield rows.slice(from, from + 64);
}
function rewrite(db, rows, slotMs) {
  const before = rows.reduce((sum, { body }) => concat([sum, decodeChunk(body)]), noColumns);
  const after = thinSlots(before, slotMs);
  const remove = db.prepare("delete from chunks where id = ?");
  const insert = db.prepare(
    `insert into chunks (id, series, generation, tier, count, min_step, max_step, min_time, max_time, body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  );
  for (const { id } of rows) remove.run(id);
  for (let from = 0, i = 0; from < after.times.length; from += CHUNK_POINTS, i++) {
    const part = sliceColumns(after, from, from + CHUNK_POINTS);
    const { id, series } = rows[i];
    insert.run(
      id,
      series,
      rows.at(-1).generation,
      slotMs,
      part.times.length,
      ...boundsOf(part),
      encodeChunk(part)
    );
  }
  return before.times.length - after.times.length;
}
function thinOwner(db, owner, tier, reference) {
  const rows = db.prepare(
    `select c.id, c.series, c.generation, c.body from chunks c join series s on s.id = c.series
       where s.owner = ? and c.tier < ? and c.max_time < ? order by c.series, c.id`
  ).all(owner, tier.slotMs, reference - tier.afterMs);
  let gone = 0;
  for (const series of new Set(rows.map((row) => row.series)))
    for (const group2 of groups(rows.filter((row) => row.series === series)))
      gone += rewrite(db, group2, tier.slotMs);
  return gone;
}

// src/store/retention.ts
var DAY = 864e5;
var DEFAULT_RETENTION = {
  hosts: { rawMs: DAY, minuteMs: 30 * DAY, hourMs: 730 * DAY, maxBytes: null },
  runs: { keepMs: null, maxBytes: null },
  logs: { keepMs: null, maxBytes: 512 * 2 ** 20 }
};
function newest(series, owner) {
  return glanceOf(series.get(owner)).updated ?? 0;
}
function dropBefore(db, owner, time2) {
  const where = "series in (select id from series where owner = ?) and max_time < ?";
  const count = db.prepare(`select coalesce(sum(count), 0) from chunks where ${where}`).pluck().get(owner, time2);
  db.prepare(`delete from chunks where ${where}`).run(owner, time2);
  return count;
}
function thinHosts(db, state, series, { hosts }, now) {
  const tiers = [
    { afterMs: hosts.rawMs, slotMs: 6e4 },
    { afterMs: hosts.minuteMs, slotMs: 36e5 }
  ];
  let gone = 0;
  for (const owner of state.hosts.keys()) {
    const reference = Math.min(now, newest(series, owner));
    for (const tier of tiers) gone += thinOwner(db, owner, tier, reference);
    if (hosts.hourMs !== null) gone += dropBefore(db, owner, reference - hosts.hourMs);
  }
  return gone;
}
function bytesByOwner(db) {
  const rows = db.prepare(
    "select s.owner, sum(length(c.body)) from chunks c join series s on s.id = c.series group by s.owner"
  ).raw().all();
  return new Map(rows);
}
function staleRuns(db, state, series, { runs }, now) {
  if (runs.keepMs === null && runs.maxBytes === null) return [];
  const bytes = bytesByOwner(db);
  const byAge = [...state.runs.values()].filter(({ id, status }) => status !== "running" && series.has(id)).map(({ id }) => ({ id, time: newest(series, id) })).sort((a2, b) => a2.time - b.time);
  let total = [...state.runs.keys()].reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0);
  const stale = [];
  for (const { id, time: time2 } of byAge) {
    const tooOld = runs.keepMs !== null && now - time2 > runs.keepMs;
    const tooMuch = runs.maxBytes !== null && total > runs.maxBytes;
    if (!tooOld && !tooMuch) break;
    stale.push(id);
    total -= bytes.get(id) ?? 0;
  }
  return stale;
}
function shrinkHosts(db, state, { hosts }) {
  if (hosts.maxBytes === null) return 0;
  const bytes = bytesByOwner(db);
  let total = [...state.hosts.keys()].reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0);
  const oldest = db.prepare(
    "select c.id, c.count, length(c.body) bytes, s.owner from chunks c join series s on s.id = c.series order by c.max_time"
  ).all();
  const remove = db.prepare("delete from chunks where id = ?");
  let gone = 0;
  for (const chunk of oldest) {
    if (total <= hosts.maxBytes) break;
    if (!state.hosts.has(chunk.owner)) continue;
    remove.run(chunk.id);
    total -= chunk.bytes;
    gone += chunk.count;
  }
  return gone;
}
function prune(db, state, series, retention, now) {
  const hostPoints = thinHosts(db, state, series, retention, now) + shrinkHosts(db, state, retention);
  const lines = pruneLines(db, retention.logs, now);
  return { hostPoints, lines, runs: staleRuns(db, state, series, retention, now) };
}

// src/protocol/text.ts
var MAX_TEXT = 8192;
var UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/;
var UNSAFE_ALL = new RegExp(UNSAFE.source, "g");
function visible(char) {
  const code = char.charCodeAt(0);
  if (code < 32) return String.fromCharCode(9216 + code);
  if (code === 127) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
function cleanText(text, limit = MAX_TEXT) {
  const whole = text.length > limit ? `${text.slice(0, limit - 1)}\u2026` : text;
  const safe = UNSAFE.test(whole) ? whole.replace(UNSAFE_ALL, visible) : whole;
  return safe.isWellFormed() ? safe : safe.toWellFormed();
}

// src/protocol/points.ts
var MAX_POINTS = 16384;
var MAX_KEY = 512;
var MAX_TIME = 864e13;
var PointBuffer = class {
  #series = /* @__PURE__ */ new Map();
  /** Number of points held. */
  size = 0;
  /** Adds a point: `time` in Unix ms, rounded to whole ms; 0 where it is no time at all. */
  add(owner, key, step, time2, value) {
    const id = `${owner}
${key}`;
    let column2 = this.#series.get(id);
    if (!column2) {
      column2 = { owner, key, steps: [], times: [], values: [] };
      this.#series.set(id, column2);
    }
    column2.steps.push(step);
    const whole = Math.round(time2);
    column2.times.push(Math.abs(whole) <= MAX_TIME ? whole : 0);
    column2.values.push(value);
    this.size++;
  }
  /** Hands over what was collected and starts empty again. */
  take() {
    const columns = [...this.#series.values()];
    this.#series = /* @__PURE__ */ new Map();
    this.size = 0;
    return {
      series: columns.map(({ owner, key }) => [owner, key]),
      counts: columns.map(({ steps }) => steps.length),
      steps: columns.flatMap(({ steps }) => steps),
      times: columns.flatMap(({ times }) => times),
      values: columns.flatMap(({ values }) => values)
    };
  }
};
function toWirePoints(points) {
  return { ...points, steps: points.steps.map(toWireStep), values: points.values.map(toWireValue) };
}
var BadPoints = class extends Error {
};
function column(raw2, name, length, read) {
  if (!Array.isArray(raw2) || raw2.length !== length)
    throw new BadPoints(`points.${name} must hold ${length} items`);
  const out = new Array(length);
  for (let i = 0; i < length; i++) {
    const value = read(raw2[i]);
    if (value === void 0) throw new BadPoints(`points.${name}[${i}] is not valid`);
    out[i] = value;
  }
  return out;
}
var readTime = (raw2) => typeof raw2 === "number" && Number.isInteger(raw2) && Math.abs(raw2) <= MAX_TIME ? raw2 : void 0;
var readCount = (raw2) => Number.isSafeInteger(raw2) && raw2 > 0 ? raw2 : void 0;
function readSeries(raw2) {
  if (!Array.isArray(raw2) || raw2.length !== 2) return void 0;
  const [owner, key] = raw2;
  if (typeof owner !== "string" || typeof key !== "string" || owner === "") return void 0;
  return [cleanText(owner, MAX_KEY), cleanText(key, MAX_KEY)];
}
function fromWirePoints(raw2) {
  if (typeof raw2 !== "object" || raw2 === null) throw new BadPoints("points must be an object");
  const wire = raw2;
  const groups3 = Array.isArray(wire.series) ? wire.series.length : -1;
  const series = column(wire.series, "series", groups3, readSeries);
  const counts = column(wire.counts, "counts", groups3, readCount);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > MAX_POINTS) throw new BadPoints(`points: ${total} points, at most ${MAX_POINTS} in a batch`);
  return {
    series,
    counts,
    steps: column(wire.steps, "steps", total, fromWireStep),
    times: column(wire.times, "times", total, readTime),
    values: column(wire.values, "values", total, fromWireValue)
  };
}

// src/store/series/ahead.ts
function withoutOwner({ series, counts, steps, times, values }, owner) {
  const kept = { series: [], counts: [], steps: [], times: [], values: [] };
  let from = 0;
  for (const [i, each] of series.entries()) {
    const to = from + counts[i];
    if (each[0] !== owner) {
      kept.series.push(each);
      kept.counts.push(counts[i]);
      kept.steps.push(...steps.slice(from, to));
      kept.times.push(...times.slice(from, to));
      kept.values.push(...values.slice(from, to));
    }
    from = to;
  }
  return kept;
}
function* columnsIn({ points }, owner, key) {
  const { series, counts, steps, times, values } = points;
  let from = 0;
  for (const [i, [of, name]] of series.entries()) {
    const to = from + counts[i];
    if (of === owner && name === key) yield toColumns(steps, times, values, from, to);
    from = to;
  }
}
function createAhead() {
  let batches = [];
  const owners = /* @__PURE__ */ new Map();
  function count({ points }, by) {
    for (const owner of new Set(points.series.map(([of]) => of))) {
      const left = (owners.get(owner) ?? 0) + by;
      if (left > 0) owners.set(owner, left);
      else owners.delete(owner);
    }
  }
  const holding = (owner) => batches.filter(({ points }) => points.series.some(([of]) => of === owner));
  return {
    add(batch) {
      let at = batches.length;
      while (at > 0 && batches[at - 1].lane === batch.lane && batches[at - 1].seq > batch.seq) at--;
      batches.splice(at, 0, batch);
      count(batch, 1);
    },
    take(lane, upTo) {
      const taken = batches.filter((batch) => batch.lane === lane && batch.seq <= upTo);
      if (taken.length > 0) batches = batches.filter((batch) => !taken.includes(batch));
      for (const batch of taken) count(batch, -1);
      return taken.sort((a2, b) => a2.seq - b.seq);
    },
    lanes: (prefix) => [...new Set(batches.map(({ lane }) => lane))].filter((lane) => lane.startsWith(prefix)),
    of: holding,
    has: (owner) => owners.has(owner),
    columns(owner, key) {
      if (!owners.has(owner)) return noColumns;
      return concat(holding(owner).flatMap((batch) => [...columnsIn(batch, owner, key)]));
    },
    drop(owner) {
      if (!owners.has(owner)) return;
      batches = batches.map((batch) => ({ ...batch, points: withoutOwner(batch.points, owner) }));
      owners.delete(owner);
    }
  };
}

// src/core/owner-series.ts
var FIRST_ROOM = 4;
var mains = /* @__PURE__ */ new WeakMap();
function mainOf(keys) {
  let main = mains.get(keys);
  if (main !== void 0) return main;
  for (const key of keys.keys()) if (main === void 0 || rankOf(key) < rankOf(main)) main = key;
  if (main !== void 0) mains.set(keys, main);
  return main;
}
var OwnerSeries = class {
  #keys = /* @__PURE__ */ new Map();
  /** Nobody else has our keys. */
  #own = true;
  #lasts = new Float64Array(FIRST_ROOM);
  #source;
  /** Summaries in memory, whole. */
  #known = /* @__PURE__ */ new Map();
  /** Points that came since the source was read last, of keys that are not known. */
  #fresh = /* @__PURE__ */ new Map();
  #complete;
  #bad = /* @__PURE__ */ new Map();
  #main;
  #updatedKey;
  #stepKey;
  updated = null;
  step = null;
  /** New, or as it was saved; `source` has the summaries that are not in memory. */
  constructor(saved, source) {
    this.#source = source;
    this.#complete = saved === void 0;
    if (!saved) return;
    this.#keys = saved.keys;
    this.#own = false;
    this.#lasts = saved.lasts;
    this.#updatedKey = saved.updatedKey;
    this.#stepKey = saved.stepKey;
    this.updated = saved.updated;
    this.step = saved.step;
    for (const [key, summary] of saved.bad) this.#bad.set(key, summary);
    this.#main = mainOf(saved.keys);
  }
  get glance() {
    return this;
  }
  get main() {
    return this.#bad.size > 0 ? firstBad(this.#bad) : this.#main;
  }
  get bad() {
    return this.#bad;
  }
  get sources() {
    const keys = [this.#main, this.#updatedKey, this.#stepKey, ...this.#bad.keys()];
    return [...new Set(keys.filter((key) => key !== void 0))];
  }
  last(key) {
    const at = this.#keys.get(key);
    return at === void 0 ? void 0 : this.#lasts[at];
  }
  /** What to keep; `lasts` is ours: write it before the next point comes. */
  saved() {
    return {
      keys: this.#keys,
      lasts: this.#lasts.subarray(0, this.#keys.size),
      updated: this.updated,
      updatedKey: this.#updatedKey,
      step: this.step,
      stepKey: this.#stepKey,
      bad: this.#bad
    };
  }
  /** Takes a set of the same keys in the same order, which others have too. */
  share(keys) {
    this.#keys = keys;
    this.#own = false;
  }
  /** Takes points [from, to) of a series; `late`: see summarise(). */
  push(key, columns, from, to, late = false) {
    if (late) this.get(key);
    const known = this.#known.get(key);
    const unread = known === void 0 && !this.#complete && this.#keys.has(key);
    const into = unread ? this.#fresh : this.#known;
    const summary = summarise(unread ? this.#fresh.get(key) : known, columns, from, to, late);
    into.set(key, summary);
    this.#glanceAt(key, summary);
  }
  /** Puts a whole summary in place. */
  put(key, summary) {
    this.#known.set(key, summary);
    this.#fresh.delete(key);
    this.#glanceAt(key, summary);
  }
  /** Forgets summaries that the source has; nothing that is only in memory may be left. */
  release() {
    if (this.#source === void 0 || this.#fresh.size > 0) return;
    this.#known.clear();
    this.#complete = false;
  }
  get size() {
    return this.#keys.size;
  }
  has(key) {
    return this.#keys.has(key);
  }
  get(key) {
    const known = this.#known.get(key);
    if (known !== void 0 || this.#complete || !this.#keys.has(key)) return known;
    const summary = joinSummaries(this.#source?.one(key), this.#fresh.get(key));
    this.#fresh.delete(key);
    if (summary) this.#known.set(key, summary);
    return summary;
  }
  keys() {
    return this.#keys.keys();
  }
  /** What is read for this is not kept: all series of thousands of owners would be a gigabyte. */
  *entries() {
    const stored = this.#complete ? void 0 : new Map(this.#source?.all());
    for (const key of this.#keys.keys()) {
      const known = this.#known.get(key);
      const summary = known ?? joinSummaries(stored?.get(key), this.#fresh.get(key));
      if (summary) yield [key, summary];
    }
  }
  *values() {
    for (const [, summary] of this.entries()) yield summary;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  forEach(act) {
    for (const [key, summary] of this.entries()) act(summary, key, this);
  }
  #place(key) {
    const at = this.#keys.get(key);
    if (at !== void 0) return at;
    const keys = this.#own ? this.#keys : new Map(this.#keys);
    this.#own = true;
    this.#keys = keys.set(key, keys.size);
    if (this.#main === void 0 || rankOf(key) < rankOf(this.#main)) this.#main = key;
    return keys.size - 1;
  }
  #setLast(key, value) {
    const at = this.#place(key);
    if (at >= this.#lasts.length) {
      const wider = new Float64Array(Math.max(FIRST_ROOM, at * 2));
      wider.set(this.#lasts);
      this.#lasts = wider;
    }
    this.#lasts[at] = value;
  }
  #glanceAt(key, { last }) {
    this.#setLast(key, last.value);
    if (!Number.isFinite(last.value)) this.#bad.set(key, this.get(key));
    else if (this.#bad.size > 0) this.#bad.delete(key);
    this.#newest(key, last.time);
    this.#furthest(key, last.step);
  }
  /** Where the series that was newest went back, all have to be looked at. */
  #newest(key, time2) {
    const back2 = key === this.#updatedKey && time2 < this.updated;
    if (back2) this.updated = null;
    for (const [other, at] of back2 ? this.#lastsOf("time") : [[key, time2]])
      if (this.updated === null || at >= this.updated) {
        this.updated = at;
        this.#updatedKey = other;
      }
  }
  #furthest(key, step) {
    const back2 = key === this.#stepKey && step < this.step;
    if (back2) this.step = null;
    for (const [other, at] of back2 ? this.#lastsOf("step") : [[key, step]])
      if (this.step === null || at >= this.step) {
        this.step = at;
        this.#stepKey = other;
      }
  }
  *#lastsOf(field) {
    for (const [key, { last }] of this.entries()) yield [key, last[field]];
  }
};

// src/store/series/glances.ts
var GLANCE = `select owner, key_set, facts, lasts, ${sound("glances")} as sound from glances`;
var SUMMARY = `summary, ${sound("series")} as sound`;
function statements2(db) {
  return {
    all: db.prepare(`${GLANCE}`),
    one: db.prepare(`${GLANCE} where owner = ?`),
    save: db.prepare("insert or replace into glances (owner, key_set, facts, lasts) values (?, ?, ?, ?)"),
    drop: db.prepare("delete from glances where owner = ?"),
    names: db.prepare(`select names from key_sets where id = ? and ${sound("key_sets")}`).pluck(),
    findSet: db.prepare("select id from key_sets where names = ?").pluck(),
    addSet: db.prepare("insert into key_sets (names) values (?)"),
    summary: db.prepare(`select id, key, ${SUMMARY} from series where owner = ? and key = ?`),
    summaries: db.prepare(`select id, key, ${SUMMARY} from series where owner = ? order by id`),
    bodies: db.prepare(`select body from chunks where series = ? and ${sound("chunks")} order by id`).pluck(),
    owners: db.prepare("select distinct owner from series").pluck()
  };
}
function readSummary(sql, { id, summary, sound: sound2 }) {
  if (sound2) return fromWireSummary(JSON.parse(summary));
  let found2;
  for (const body of sql.bodies.all(id)) {
    const columns = decodeChunk(body);
    found2 = summarise(found2, columns, 0, columns.times.length);
  }
  return found2;
}
function sourceOf(sql, owner) {
  return {
    one(key) {
      const row = sql.summary.get(owner, key);
      return row && readSummary(sql, row);
    },
    *all() {
      for (const row of sql.summaries.all(owner)) {
        const summary = readSummary(sql, row);
        if (summary) yield [row.key, summary];
      }
    }
  };
}
function floats(bytes) {
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return new Float64Array(own.buffer, own.byteOffset, own.byteLength / 8);
}
function createKeySets(sql) {
  const sets = /* @__PURE__ */ new Map();
  const keep2 = (id, names) => {
    const known = sets.get(id);
    if (known?.names === names) return known.keys;
    const keys = new Map(JSON.parse(names).map((name, i) => [name, i]));
    sets.set(id, { names, keys });
    return keys;
  };
  return {
    /** Undefined when the row is damaged. */
    read(id) {
      const known = sets.get(id);
      if (known) return known.keys;
      const names = sql.names.get(id);
      return names === void 0 ? void 0 : keep2(id, names);
    },
    store(names) {
      const known = sql.findSet.get(names);
      const id = known ?? Number(sql.addSet.run(names).lastInsertRowid);
      return [id, keep2(id, names)];
    }
  };
}
function savedOf(keys, row) {
  const { updated, step, bad } = JSON.parse(row.facts);
  return {
    keys,
    lasts: floats(row.lasts),
    updated: updated?.[0] ?? null,
    updatedKey: updated?.[1],
    step: step ? fromWireStep(step[0]) ?? 0 : null,
    stepKey: step?.[1],
    bad: new Map(bad.map(([key, summary]) => [key, fromWireSummary(summary)]))
  };
}
function factsText({ updated, updatedKey, step, stepKey, bad }) {
  const facts = {
    updated: updated === null ? null : [updated, updatedKey],
    step: step === null ? null : [toWireStep(step), stepKey],
    bad: [...bad].map(([key, summary]) => [key, toWireSummary(summary)])
  };
  return JSON.stringify(facts);
}
function openGlances(db) {
  const sql = statements2(db);
  const keySets = createKeySets(sql);
  const read = (row) => {
    const keys = row.sound ? keySets.read(row.key_set) : void 0;
    return keys ? new OwnerSeries(savedOf(keys, row), sourceOf(sql, row.owner)) : compute(row.owner);
  };
  const save = (owner, series) => {
    const saved = series.saved();
    const [id, keys] = keySets.store(JSON.stringify([...saved.keys.keys()]));
    const { buffer, byteOffset, byteLength } = saved.lasts;
    sql.save.run(owner, id, factsText(saved), Buffer.from(buffer, byteOffset, byteLength));
    series.share(keys);
  };
  const compute = (owner) => {
    const source = sourceOf(sql, owner);
    const series = new OwnerSeries(void 0, source);
    for (const [key, summary] of source.all()) series.put(key, summary);
    series.release();
    return series;
  };
  const computeAll = () => {
    const found2 = sql.owners.all().map((owner) => [owner, compute(owner)]);
    if (found2.length > 0 && !db.readonly)
      db.transaction(() => {
        for (const [owner, series] of found2) save(owner, series);
      })();
    return found2;
  };
  return {
    *all() {
      const rows = sql.all.all();
      for (const row of rows) yield [row.owner, read(row)];
      if (rows.length === 0) yield* computeAll();
    },
    one(owner) {
      const row = sql.one.get(owner);
      return row && read(row);
    },
    fresh: (owner) => new OwnerSeries(void 0, sourceOf(sql, owner)),
    save,
    drop: (owner) => void sql.drop.run(owner)
  };
}

// src/core/changes.ts
var MOST2 = 8192;
function createChanges() {
  const owners = [];
  let revision = 0;
  return {
    get revision() {
      return revision;
    },
    since(from) {
      if (revision - from > MOST2) return void 0;
      const found2 = /* @__PURE__ */ new Set();
      for (let i = from; i < revision; i++) found2.add(owners[i % MOST2]);
      return found2;
    },
    touch(owner) {
      owners[revision % MOST2] = owner;
      revision++;
    }
  };
}

// src/store/series/heads.ts
function inner(map, owner, make) {
  let found2 = map.get(owner);
  if (!found2) {
    found2 = make();
    map.set(owner, found2);
  }
  return found2;
}
function append(head, points, from, to) {
  for (let i = from; i < to; i++) {
    head.steps.push(points.steps[i]);
    head.times.push(points.times[i]);
    head.values.push(points.values[i]);
  }
}
function cutOff(head) {
  for (const column2 of [head.steps, head.times, head.values]) column2.splice(0, head.cut);
  const { cut } = head;
  head.cut = 0;
  return cut;
}
function* groups2({ series, counts }) {
  let from = 0;
  for (const [i, each] of series.entries()) {
    yield [each, [from, from + counts[i]]];
    from += counts[i];
  }
}
function createHeads(fresh2 = () => new OwnerSeries(), ahead = createAhead()) {
  const index = /* @__PURE__ */ new Map();
  const changes = createChanges();
  const heads = /* @__PURE__ */ new Map();
  let size = 0;
  const hold = ([owner, key], points, range) => {
    const mine = inner(heads, owner, () => /* @__PURE__ */ new Map());
    const head = inner(mine, key, () => ({ owner, key, steps: [], times: [], values: [], cut: 0 }));
    append(head, points, ...range);
    size += range[1] - range[0];
  };
  const take2 = (points, late, keep2, skip) => {
    for (const [series, range] of groups2(points)) {
      const [owner, key] = series;
      if (!skip?.(owner, key)) {
        keep2(series, points, range);
        inner(index, owner, () => fresh2(owner)).push(key, points, ...range, late);
      }
      changes.touch(owner);
    }
  };
  return {
    index,
    changes,
    size: () => size,
    push: (points, late, skip) => take2(points, late, hold, skip),
    pushAhead(batch, late) {
      ahead.add(batch);
      take2(batch.points, late, () => {
      });
    },
    join(lane, upTo) {
      for (const { points } of ahead.take(lane, upTo))
        for (const [series, range] of groups2(points)) hold(series, points, range);
    },
    tail(owner, key) {
      const head = heads.get(owner)?.get(key);
      const held = head ? toColumns(head.steps, head.times, head.values, 0, head.values.length) : noColumns;
      return ahead.has(owner) ? concat([held, ahead.columns(owner, key)]) : held;
    },
    get: (owner, key) => heads.get(owner)?.get(key),
    *all() {
      for (const mine of heads.values()) yield* mine.values();
    },
    trim(head) {
      size -= cutOff(head);
      const mine = heads.get(head.owner);
      if (head.values.length > 0 || mine?.get(head.key) !== head) return;
      mine.delete(head.key);
      if (mine.size > 0) return;
      heads.delete(head.owner);
      if (!ahead.has(head.owner)) index.get(head.owner)?.release();
    },
    drop(owner) {
      for (const head of heads.get(owner)?.values() ?? []) size -= head.values.length;
      heads.delete(owner);
      ahead.drop(owner);
      index.delete(owner);
      changes.touch(owner);
    },
    restore: (owner, series) => void index.set(owner, series)
  };
}

// src/store/series/point-log.ts
var laneOf = ({ agent, epoch }) => `${agent}/${epoch}`;
var isAhead = (place) => place !== void 0 && place.seq > place.high;
var bodyOf2 = (points) => JSON.stringify({ points: toWirePoints(points) });
var ROW = `id, generation, body, lane, seq, ${sound("log")} as sound`;
function statements3(db) {
  return {
    insert: db.prepare("insert into log (generation, body, lane, seq) values (?, ?, ?, ?)"),
    newest: db.prepare("select body from log order by id desc limit ?").pluck(),
    forget: db.prepare("delete from log where generation <= ? and lane is null"),
    joinedRows: db.prepare(`select ${ROW} from log where lane is null order by id`),
    waiting: db.prepare(`select ${ROW} from log where lane is not null order by lane, seq`),
    lanes: db.prepare("select distinct lane from log where lane is not null").pluck(),
    rewrite: db.prepare("update log set body = ? where lane = ? and seq = ?"),
    // New rows, so that a restart reads them behind what came between.
    join: db.prepare(
      "insert into log (generation, body) select ?, body from log where lane = ? and seq <= ? order by seq"
    ),
    joined: db.prepare("delete from log where lane = ? and seq <= ?"),
    waits: db.prepare("select 1 from log where lane = ? and seq <= ? limit 1").pluck()
  };
}
function openPointLog(db, sealed) {
  const sql = statements3(db);
  const last = db.prepare("select max(generation) from log").pluck().get();
  let generation = (last ?? sealed) + 1;
  let fresh2 = true;
  const lanes = new Set(sql.lanes.all());
  return {
    write(body, place) {
      fresh2 = false;
      if (!isAhead(place)) return void sql.insert.run(generation, body, null, null);
      lanes.add(laneOf(place));
      sql.insert.run(generation, body, laneOf(place), place.seq);
    },
    joining(place) {
      if (lanes.size === 0) return [];
      const mine = [...lanes].filter((lane) => lane.startsWith(`${place.agent}/`));
      return mine.map((lane) => [lane, lane === laneOf(place) ? place.high : Number.MAX_SAFE_INTEGER]);
    },
    join(lane, upTo) {
      if (sql.waits.get(lane, upTo) === void 0) return;
      fresh2 = false;
      sql.join.run(generation, lane, upTo);
      sql.joined.run(lane, upTo);
    },
    strip(owner, batches) {
      for (const { lane, seq, points } of batches)
        sql.rewrite.run(bodyOf2(withoutOwner(points, owner)), lane, seq);
    },
    cut() {
      if (!fresh2) generation++;
      fresh2 = true;
      return generation - 1;
    },
    forget: (to) => void sql.forget.run(to),
    *rows() {
      for (const statement of [sql.joinedRows, sql.waiting])
        for (const row of statement.iterate()) {
          if (row.sound) yield row;
          else noteDamage(db, `batch ${row.id} of the log is damaged and left out`);
        }
    },
    newest: (limit) => sql.newest.iterate(limit)
  };
}

// src/store/series/read.ts
function rangeOf({ x, from = -Infinity, to = Infinity }, origin) {
  if (x === "relative") return { by: "time", from: from + origin, to: to + origin };
  return { by: x, from, to };
}
function within(columns, { by, from, to }) {
  if (from === -Infinity && to === Infinity) return columns;
  const axis = by === "step" ? columns.steps : columns.times;
  const kept = [];
  for (let i = 0; i < columns.times.length; i++) if (axis[i] >= from && axis[i] <= to) kept.push(i);
  if (kept.length === columns.times.length) return columns;
  return {
    steps: pick(columns.steps, kept),
    times: Float64Array.from(kept, (i) => columns.times[i]),
    values: Float64Array.from(kept, (i) => columns.values[i])
  };
}
function pick(steps, kept) {
  if (steps instanceof Float64Array) return Float64Array.from(kept, (i) => steps[i]);
  return BigInt64Array.from(kept, (i) => steps[i]);
}
function extent(chunks, head, query, range) {
  const axis = range.by === "step" ? head.steps : head.times;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < axis.length; i++) {
    const x = Number(axis[i]);
    if (x < low) low = x;
    if (x > high) high = x;
  }
  for (const bounds of chunks.bounds(query.owner, query.key, range)) {
    if (bounds.min_time > (query.until ?? Infinity)) continue;
    low = Math.min(low, range.by === "step" ? bounds.min_step : bounds.min_time);
    high = Math.max(high, range.by === "step" ? bounds.max_step : bounds.max_time);
  }
  low = Math.max(low, range.from);
  high = Math.min(high, range.to);
  return low <= high ? [low, high] : void 0;
}
function readSeries2(chunks, heads, query) {
  const summary = heads.index.get(query.owner)?.get(query.key);
  if (!summary) return noColumns;
  const origin = summary.first.time;
  const range = rangeOf(query, origin);
  const past = { by: "time", from: -Infinity, to: query.until ?? Infinity };
  const head = within(within(heads.tail(query.owner, query.key), past), range);
  if (query.points === 0) {
    const sealed = chunks.read(query.owner, query.key, range);
    return concat([...Array.from(sealed, (part) => within(within(part, past), range)), head]);
  }
  const bounds = extent(chunks, head, query, range);
  if (!bounds) return noColumns;
  const shift = query.x === "relative" ? origin : 0;
  const decimator = createDecimator(bounds[0] - shift, bounds[1] - shift, query.points, query.x, origin);
  for (const part of chunks.read(query.owner, query.key, range)) decimator.push(within(part, past));
  decimator.push(head);
  return decimator.finish();
}
function endsBy(chunks, head, { owner, key }, to) {
  const later2 = { by: "time", from: to + 1, to: Infinity };
  return head.times.every((time2) => time2 <= to) && chunks.bounds(owner, key, later2).length === 0;
}
function* summaryWithin(chunks, heads, owner, key, from, to) {
  const whole = heads.index.get(owner)?.get(key);
  if (!whole) return void 0;
  const head = heads.tail(owner, key);
  if (from === -Infinity && endsBy(chunks, head, { owner, key }, to)) return whole;
  const range = { by: "time", from, to };
  let summary;
  const add2 = (part) => {
    const kept = within(part, range);
    if (kept.times.length > 0) summary = summarise(summary, kept, 0, kept.times.length);
  };
  for (const part of chunks.read(owner, key, range)) {
    add2(part);
    yield;
  }
  add2(head);
  return summary;
}

// src/store/series/series-store.ts
var SEAL_POINTS = 1 << 18;
var cutHeads = (heads) => [...heads.all()].filter(({ cut }) => cut > 0)[Symbol.iterator]();
function replay(log, chunks, glances, heads) {
  for (const [owner, series] of glances.all()) heads.restore(owner, series);
  for (const { generation, body, lane, seq } of log.rows()) {
    const frame = JSON.parse(body);
    if (lane !== null && seq !== null) {
      heads.pushAhead({ lane, seq, points: fromWirePoints(frame.points) }, false);
      continue;
    }
    if (typeof frame.drop === "string") {
      heads.drop(frame.drop);
      const sealed = glances.one(frame.drop);
      if (sealed) heads.restore(frame.drop, sealed);
    } else
      heads.push(
        fromWirePoints(frame.points),
        false,
        (owner, key) => chunks.generation(owner, key) >= generation
      );
  }
}
function saveGlances(glances, heads, sealed) {
  for (const owner of new Set(sealed.map(({ owner: owner2 }) => owner2))) {
    const series = heads.index.get(owner);
    if (series) glances.save(owner, series);
  }
}
function sealHead(head, chunks, heads, generation) {
  const { owner, key, cut, values } = head;
  const summary = heads.index.get(owner)?.get(key);
  const isWhole = cut === values.length && heads.tail(owner, key).values.length === cut;
  chunks.seal(head, generation, isWhole ? summary : void 0);
}
function sealSome({ db, chunks, glances, heads, forget }, job, budgetMs) {
  const done = [];
  const until = performance.now() + budgetMs;
  const finished = db.transaction(() => {
    let next = job.heads.next();
    for (; !next.done; next = job.heads.next()) {
      if (heads.get(next.value.owner, next.value.key) !== next.value) continue;
      sealHead(next.value, chunks, heads, job.generation);
      done.push(next.value);
      if (performance.now() > until) break;
    }
    saveGlances(glances, heads, done);
    if (next.done) forget(job.generation);
    return next.done === true;
  })();
  for (const head of done) heads.trim(head);
  return finished;
}
function openSeries(db) {
  const chunks = openChunks(db);
  const glances = openGlances(db);
  const ahead = createAhead();
  const heads = createHeads(glances.fresh, ahead);
  const log = openPointLog(db, lastSealed(db));
  let sealing;
  const sealable = { db, chunks, glances, heads, forget: log.forget };
  replay(log, chunks, glances, heads);
  function begin() {
    for (const head of heads.all()) head.cut = head.values.length;
    return { generation: log.cut(), heads: cutHeads(heads) };
  }
  return {
    index: heads.index,
    changes: heads.changes,
    log(frame, place) {
      if (frame !== void 0) log.write(frame, place);
      const joined = place ? log.joining(place) : [];
      for (const [lane, upTo] of joined) log.join(lane, upTo);
      return joined;
    },
    push(points, late, place) {
      if (isAhead(place)) heads.pushAhead({ lane: laneOf(place), seq: place.seq, points }, late);
      else heads.push(points, late);
    },
    join: (lane, upTo) => heads.join(lane, upTo),
    logDrop(owner) {
      log.write(JSON.stringify({ drop: owner }));
      log.strip(owner, ahead.of(owner));
      chunks.drop(owner);
      glances.drop(owner);
    },
    drop: (owner) => heads.drop(owner),
    read: (query) => readSeries2(chunks, heads, query),
    summaryWithin: (owner, key, from, to) => summaryWithin(chunks, heads, owner, key, from, to),
    seal(budgetMs, force = false) {
      if (!sealing && (force ? heads.size() > 0 : heads.size() >= SEAL_POINTS)) sealing = begin();
      const job = sealing;
      if (!job) return false;
      try {
        if (sealSome(sealable, job, budgetMs)) sealing = void 0;
      } catch (error) {
        sealing = { ...job, heads: cutHeads(heads) };
        throw error;
      }
      return sealing !== void 0;
    },
    frames: log.newest,
    unsealed: heads.size
  };
}
function lastSealed(db) {
  return db.prepare("select max(generation) from chunks").pluck().get() ?? 0;
}

// src/store/unit.ts
var placeOf = ({ from }) => from && { ...from, high: from.mark.high };
function writeUnit(unit, events, series, lines, setMark, stored) {
  for (const owner of unit.replaces ?? []) {
    series.logDrop(owner);
    lines.logDrop(owner);
  }
  const { batch } = unit;
  let joined = [];
  if (batch) {
    const { points, frame, lines: said = [] } = batch;
    joined = series.log(points.values.length > 0 ? frame : void 0, placeOf(batch));
    if (said.length > 0) lines.log(said);
    setMark(batch.from);
  }
  return { unit, joined, logged: events.append(unit.events, unit.by, stored) };
}
function showUnit({ unit, joined }, series, lines) {
  for (const owner of unit.replaces ?? []) {
    series.drop(owner);
    lines.drop(owner);
  }
  if (unit.batch) series.push(unit.batch.points, unit.batch.late ?? false, placeOf(unit.batch));
  for (const [lane, upTo] of joined) series.join(lane, upTo);
  if (unit.batch?.lines?.length) lines.push(unit.batch.lines);
}

// src/store/store.ts
var SNAPSHOT_EVENTS = 5e3;
var Store = class {
  /** Random name of this store, made with it. */
  id;
  /** Summaries of all series. */
  series;
  /** Which owners got points when. */
  changes;
  /** Which lines there are of whom. */
  lineIndex;
  #db;
  #readonly;
  #events;
  #series;
  #lines;
  #mark;
  #write;
  #state;
  #saved;
  /** Opens a store. The caller holds its lock unless `readonly`. Throws StoreError. */
  constructor(file2, options = {}) {
    const db = openDatabase(file2, options);
    const events = eventLog(db);
    const series = openSeries(db);
    const lines = openLines(db);
    const raise = db.prepare("insert or replace into agents (agent, epoch, high, beyond) values (?, ?, ?, ?)");
    const setMark = (from) => from && raise.run(from.agent, from.epoch, from.mark.high, JSON.stringify(from.mark.beyond));
    const write = db.transaction(
      (units, stored) => units.map((unit) => writeUnit(unit, events, series, lines, setMark, stored))
    );
    this.#db = db;
    this.#readonly = options.readonly ?? false;
    this.#events = events;
    this.#series = series;
    this.#lines = lines;
    this.#mark = db.prepare(
      `select high, beyond from agents where agent = ? and epoch = ? and ${sound("agents")}`
    );
    this.#write = write.immediate;
    this.#state = events.load();
    this.#saved = this.#state.seq;
    this.series = series.index;
    this.changes = series.changes;
    this.lineIndex = lines.index;
    this.id = db.prepare(`select value from meta where key = 'store'`).pluck().get();
  }
  state() {
    return this.#state;
  }
  /** Commits units in one synced transaction and folds their events; `stored` is Unix ms now. Throws when nothing was written. */
  commit(units, stored = Date.now()) {
    const before = this.#events.seq();
    try {
      const written2 = this.#write(units, Math.round(stored));
      for (const each of written2) showUnit(each, this.#series, this.#lines);
      const logged = written2.flatMap((each) => each.logged);
      this.#state = apply(this.#state, logged);
      return logged;
    } catch (error) {
      this.#events.rewind(before);
      throw error;
    }
  }
  /** Which batches of an agent's epoch are stored; null when none is. */
  mark(agent, epoch) {
    const row = this.#mark.get(agent, epoch);
    return row ? { high: row.high, beyond: JSON.parse(row.beyond) } : null;
  }
  events(query) {
    return this.#events.read(query);
  }
  /** The newest event that the store had at `time`, Unix ms; 0 before the first one. */
  seqAt(time2) {
    return this.#events.seqAt(time2);
  }
  /** When an event was stored, Unix ms; undefined when there is none with this number. */
  storedAt(seq) {
    return this.#events.storedAt(seq);
  }
  /** What of the file was found damaged and left out, in sentences; none of a sound one. */
  damage() {
    return damageOf(this.#db);
  }
  /** Summary of the kept points of a series with times in [from, to], Unix ms; work in small pieces. */
  summaryWithin(owner, key, from, to) {
    return this.#series.summaryWithin(owner, key, from, to);
  }
  points(query) {
    return this.#series.read(query);
  }
  /** Lines of text output; `test` is what they must pass, for the query's `holds`. */
  lines(query, test) {
    return this.#lines.read(query, test);
  }
  /** The newest frames whose points are not sealed yet, newest first. */
  newestFrames(limit) {
    return [...this.#series.frames(limit)];
  }
  /** Seals points for about `budgetMs`, when enough have come; true while there is more to do. */
  maintain(budgetMs) {
    if (this.#state.seq - this.#saved >= SNAPSHOT_EVENTS) this.#snapshot();
    return this.#series.seal(budgetMs) || this.#lines.merge(budgetMs);
  }
  /** Seals whatever there is, or for about `budgetMs`; true while there is more to do. */
  seal(budgetMs = Infinity) {
    return this.#series.seal(budgetMs, true) || this.#lines.merge(budgetMs, true);
  }
  /** Drops and thins points by age and size; returns what went. `now` in Unix ms. */
  prune(retention, now) {
    const pass = this.#db.transaction(() => prune(this.#db, this.#state, this.series, retention, now));
    const pruned = pass.immediate();
    this.#lines.reload();
    const events = pruned.runs.map((about) => ({
      type: "run.pruned",
      at: now,
      about,
      data: { reason: "retention" }
    }));
    if (events.length > 0) this.commit([{ by: "hub", events, replaces: pruned.runs }], now);
    return pruned;
  }
  /** Gives space that deletions freed back to the file system; takes as long as copying the file. */
  compact() {
    this.#db.exec("vacuum");
  }
  /** Settings that durability rests on. */
  pragmas() {
    return {
      journal_mode: this.#db.pragma("journal_mode", { simple: true }),
      synchronous: this.#db.pragma("synchronous", { simple: true })
    };
  }
  /** Writes the snapshot and closes the file. */
  close() {
    if (!this.#readonly) this.#snapshot();
    this.#db.close();
  }
  #snapshot() {
    if (this.#state.seq > this.#saved) this.#events.saveSnapshot(this.#state);
    this.#saved = this.#state.seq;
  }
};
function openStore(file2, options = {}) {
  try {
    return new Store(file2, options);
  } catch (error) {
    throw error.code?.startsWith("SQLITE_") ? explain(file2, error) : error;
  }
}

// src/core/link.ts
var Refused = class extends Error {
  hint;
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
};

// src/resources/regex-tree.ts
var RegexError = class extends Error {
  at;
  constructor(reason, at) {
    super(reason);
    this.at = at;
  }
};
var MAX_DEPTH = 32;
var MAX_REPEAT = 1e3;
var isWordUnit = (unit) => unit >= 48 && unit <= 57 || unit >= 65 && unit <= 90 || unit === 95 || unit >= 97 && unit <= 122;
var isDigit = (unit) => unit >= 48 && unit <= 57;
var isSpace = (unit) => /\s/.test(String.fromCharCode(unit));
var isLineEnd = (unit) => unit === 10 || unit === 13 || unit === 8232 || unit === 8233;
var not = (test) => (unit) => !test(unit);
var CLASSES = {
  d: isDigit,
  D: not(isDigit),
  w: isWordUnit,
  W: not(isWordUnit),
  s: isSpace,
  S: not(isSpace)
};
var CONTROLS = { t: "	", n: "\n", r: "\r", f: "\f", v: "\v" };
var ASSERTIONS = {
  "^": "start",
  $: "end",
  "\\b": "border",
  "\\B": "no border"
};
function anyCase(test) {
  return (unit) => {
    const char = String.fromCharCode(unit);
    return [char, char.toLowerCase(), char.toUpperCase()].some(
      (form) => form.length === 1 && test(form.charCodeAt(0))
    );
  };
}
var same = (char) => {
  const wanted = char.charCodeAt(0);
  return (unit) => unit === wanted;
};
function escapeAt(cursor) {
  const char = cursor.pattern[cursor.at++];
  if (char === void 0) throw new RegexError("nothing follows the backslash", cursor.at - 1);
  const known = CLASSES[char] ?? CONTROLS[char];
  if (known !== void 0) return known;
  if (/[A-Za-z0-9]/.test(char)) throw new RegexError(`\\${char} is not supported`, cursor.at - 2);
  return char;
}
function classItem(cursor) {
  const char = cursor.pattern[cursor.at++];
  if (char === void 0) throw new RegexError("[ is not closed", cursor.at - 1);
  return char === "\\" ? escapeAt(cursor) : char;
}
function classRange(cursor) {
  const { pattern, at } = cursor;
  const from = classItem(cursor);
  if (typeof from !== "string") return from;
  if (pattern[cursor.at] !== "-" || (pattern[cursor.at + 1] ?? "]") === "]") return same(from);
  cursor.at++;
  const to = classItem(cursor);
  if (typeof to !== "string" || to < from) throw new RegexError("the range is not in order", at);
  const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
  return (unit) => unit >= low && unit <= high;
}
function unitClass(cursor) {
  const negated = cursor.pattern[cursor.at] === "^";
  if (negated) cursor.at++;
  const tests = [];
  while (cursor.pattern[cursor.at] !== "]") tests.push(classRange(cursor));
  cursor.at++;
  const inside = anyCase((unit) => tests.some((test) => test(unit)));
  return negated ? not(inside) : inside;
}
function group(cursor, depth) {
  const open = cursor.at - 1;
  if (depth >= MAX_DEPTH) throw new RegexError(`nested deeper than ${MAX_DEPTH}`, open);
  if (cursor.pattern.startsWith("?:", cursor.at)) cursor.at += 2;
  else if (cursor.pattern[cursor.at] === "?") throw new RegexError("(? is not supported", open);
  const body = choice(cursor, depth + 1);
  if (cursor.pattern[cursor.at] !== ")") throw new RegexError("( is not closed", open);
  cursor.at++;
  return body;
}
var QUANTIFIER = /(?:([*+?])|\{(\d{1,9})(,?)(\d{0,9})\})\??/y;
var SIGNS = {
  "*": [0, Infinity],
  "+": [1, Infinity],
  "?": [0, 1]
};
function quantifierAt({ pattern, at }) {
  QUANTIFIER.lastIndex = at;
  return QUANTIFIER.exec(pattern);
}
function atom(cursor, depth) {
  const { pattern, at } = cursor;
  const char = pattern[at];
  if (quantifierAt(cursor)) throw new RegexError(`${char} has nothing to repeat`, at);
  const assertion = ASSERTIONS[char === "\\" ? pattern.slice(at, at + 2) : char];
  cursor.at += assertion && char === "\\" ? 2 : 1;
  if (assertion) return { kind: "assertion", assertion };
  if (char === "(") return group(cursor, depth);
  if (char === "[") return { kind: "unit", test: unitClass(cursor) };
  if (char === ".") return { kind: "unit", test: not(isLineEnd) };
  const escaped = char === "\\" ? escapeAt(cursor) : char;
  return { kind: "unit", test: typeof escaped === "string" ? anyCase(same(escaped)) : escaped };
}
function repeated(cursor, body) {
  const found2 = quantifierAt(cursor);
  if (!found2) return body;
  const [whole, sign, from, comma, to] = found2;
  const least = Number(from);
  const [min, max] = SIGNS[sign ?? ""] ?? [least, comma ? to ? Number(to) : Infinity : least];
  if (min > MAX_REPEAT || max > MAX_REPEAT && max !== Infinity || max < min)
    throw new RegexError(`${whole} is no range up to ${MAX_REPEAT}`, cursor.at);
  if (body.kind === "assertion") throw new RegexError(`${whole} has nothing to repeat`, cursor.at);
  cursor.at += whole.length;
  return { kind: "repeat", body, min, max };
}
function sequence(cursor, depth) {
  const parts = [];
  while (cursor.at < cursor.pattern.length && !"|)".includes(cursor.pattern[cursor.at]))
    parts.push(repeated(cursor, atom(cursor, depth)));
  return { kind: "sequence", parts };
}
function choice(cursor, depth) {
  const options = [sequence(cursor, depth)];
  while (cursor.pattern[cursor.at] === "|") {
    cursor.at++;
    options.push(sequence(cursor, depth));
  }
  return { kind: "choice", options };
}
function parseRegex(pattern) {
  const cursor = { pattern, at: 0 };
  const tree = choice(cursor, 0);
  if (cursor.at < pattern.length) throw new RegexError(") was never opened", cursor.at);
  return tree;
}

// src/resources/regex.ts
var MAX_PATTERN = 500;
var MAX_MATCHED_TEXT = 8192;
var MAX_STATES = 2e3;
var MAX_SETS = 500;
function add(builder, state) {
  return builder.states.push(state) - 1;
}
function buildRepeat(builder, tree, next) {
  let entry = next;
  if (tree.max === Number.POSITIVE_INFINITY) {
    const loop = [next];
    entry = add(builder, { kind: "split", next: loop });
    loop.push(build(builder, tree.body, entry));
  } else {
    for (let i = tree.min; i < tree.max; i++)
      entry = add(builder, { kind: "split", next: [next, build(builder, tree.body, entry)] });
  }
  for (let i = 0; i < tree.min; i++) entry = build(builder, tree.body, entry);
  return entry;
}
function build(builder, tree, next) {
  if (++builder.work > MAX_STATES) throw new RegexError("the pattern is too large", 0);
  switch (tree.kind) {
    case "unit":
      return add(builder, { kind: "unit", test: tree.test, next });
    case "assertion":
      return add(builder, { kind: "assertion", assertion: tree.assertion, next });
    case "sequence":
      return tree.parts.reduceRight((follower, part) => build(builder, part, follower), next);
    case "choice":
      return add(builder, { kind: "split", next: tree.options.map((option) => build(builder, option, next)) });
    case "repeat":
      return buildRepeat(builder, tree, next);
  }
}
var neighbour = (unit) => isWordUnit(unit) ? "word" : "other";
function holds(assertion, before, after) {
  if (assertion === "start") return before === "edge";
  if (assertion === "end") return after === "edge";
  const border = before === "word" !== (after === "word");
  return border === (assertion === "border");
}
function reached(machine, { members, before }, after) {
  const found2 = /* @__PURE__ */ new Set();
  const open = [...members, machine.first];
  for (let id = open.pop(); id !== void 0; id = open.pop()) {
    if (found2.has(id)) continue;
    found2.add(id);
    const state = machine.states[id];
    if (state.kind === "split") open.push(...state.next);
    else if (state.kind === "assertion" && holds(state.assertion, before, after)) open.push(state.next);
  }
  return found2;
}
function setOf(machine, members, before) {
  const key = `${before} ${members.join(" ")}`;
  const known = machine.sets.get(key);
  if (known) return known;
  if (machine.sets.size >= MAX_SETS) machine.sets = /* @__PURE__ */ new Map();
  const fresh2 = { members, before, following: /* @__PURE__ */ new Map(), ascii: new Array(128) };
  machine.sets.set(key, fresh2);
  return fresh2;
}
var MATCH = 0;
function follow(machine, set, unit) {
  const found2 = reached(machine, set, neighbour(unit));
  if (found2.has(MATCH)) return "match";
  const members = /* @__PURE__ */ new Set();
  for (const id of found2) {
    const state = machine.states[id];
    if (state.kind === "unit" && state.test(unit)) members.add(state.next);
  }
  const sorted = [...members].sort((a2, b) => a2 - b);
  return setOf(machine, sorted, neighbour(unit));
}
function cached(machine, set, unit) {
  const known = unit < 128 ? set.ascii[unit] : set.following.get(unit);
  if (known) return known;
  const next = follow(machine, set, unit);
  if (unit < 128) set.ascii[unit] = next;
  else if (set.following.size < MAX_SETS) set.following.set(unit, next);
  return next;
}
function matches(machine, text) {
  const length = Math.min(text.length, MAX_MATCHED_TEXT);
  let set = setOf(machine, [], "edge");
  for (let i = 0; i < length; i++) {
    const next = cached(machine, set, text.charCodeAt(i));
    if (next === "match") return true;
    set = next;
  }
  set.matchesAtEnd ??= reached(machine, set, "edge").has(MATCH);
  return set.matchesAtEnd;
}
function compileRegex(pattern) {
  if (pattern.length > MAX_PATTERN)
    return { ok: false, reason: `the pattern is longer than ${MAX_PATTERN} characters`, at: MAX_PATTERN };
  try {
    const builder = { states: [{ kind: "match" }], work: 0 };
    const first = build(builder, parseRegex(pattern), MATCH);
    const machine = { states: builder.states, first, sets: /* @__PURE__ */ new Map() };
    return { ok: true, test: (text) => matches(machine, text) };
  } catch (error) {
    if (error instanceof RegexError) return { ok: false, reason: error.message, at: error.at };
    throw error;
  }
}

// src/hub/line-answers.ts
function testOf(holds2) {
  if (!holds2 || holds2.text === "") return void 0;
  if (!holds2.regex) {
    const wanted = holds2.text.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  const pattern = compileRegex(holds2.text);
  if (!pattern.ok) throw new Refused(`the pattern: ${pattern.reason}`, `at character ${pattern.at + 1}`);
  return pattern.test;
}
var answerLines = (store2, query) => store2.lines(query, testOf(query.holds));

// src/protocol/lines.ts
var MAX_LINE_TEXT = 4096;
var MAX_NAME = 512;
var MAX_TIME2 = 864e13;
var LineBuffer = class {
  #groups = /* @__PURE__ */ new Map();
  /** Number of lines held, and their UTF-16 units. */
  size = 0;
  chars = 0;
  /** Adds a line through the one door for text: `at` in Unix ms, 0 where it is no time at all. */
  add(owner, stream, at, text) {
    const id = `${owner}
${stream}`;
    let group2 = this.#groups.get(id);
    if (!group2) {
      group2 = { owner: cleanText(owner, MAX_NAME), stream: cleanText(stream, MAX_NAME), at: [], text: [] };
      this.#groups.set(id, group2);
    }
    const whole = Math.round(at);
    const clean = cleanText(text, MAX_LINE_TEXT);
    group2.at.push(Math.abs(whole) <= MAX_TIME2 ? whole : 0);
    group2.text.push(clean);
    this.size++;
    this.chars += clean.length;
  }
  /** Hands over what was collected and starts empty again. */
  take() {
    const groups3 = [...this.#groups.values()];
    this.#groups = /* @__PURE__ */ new Map();
    this.size = 0;
    this.chars = 0;
    return groups3;
  }
};

// test/zz-measure.ts
var folder = mkdtempSync(join(tmpdir(), "m-"));
var file = join(folder, "s.db");
var store = openStore(file);
var N = Number(process.argv[2] ?? 2e6);
var PER = Number(process.argv[3] ?? 250);
var OWNERS = Number(process.argv[4] ?? 1);
var seed = 1;
var rnd = () => {
  seed = seed * 1103515245 + 12345 & 2147483647;
  return seed / 2147483647;
};
var none = new PointBuffer().take();
var commitMs = 0;
var mergeMs = 0;
var t0 = Date.parse("2026-01-01");
var raw = 0;
for (let n2 = 0, o2 = 0; n2 < N; n2 += PER, o2 = (o2 + 1) % OWNERS) {
  const b = new LineBuffer();
  for (let i = 0; i < PER; i++) {
    const k = n2 + i;
    const text = `[2026-01-01 00:${(k / 60 | 0) % 60}:${k % 60}] INFO trainer: epoch ${k / 1e4 | 0} step ${k % 1e4}/10000 loss=${rnd().toFixed(6)} lr=${(rnd() * 1e-3).toExponential(3)} grad_norm=${(rnd() * 10).toFixed(4)}`;
    raw += text.length;
    b.add(`run${o2}`, "train.log", t0 + k * 10, text);
  }
  const lines = b.take();
  const a2 = performance.now();
  store.commit([{ by: "a", events: [], batch: { points: none, lines, frame: "{}" } }]);
  commitMs += performance.now() - a2;
  const c = performance.now();
  store.maintain(6);
  mergeMs += performance.now() - c;
}
console.log(`${N} lines of ${(raw / N).toFixed(0)} chars, ${PER} a batch, ${OWNERS} owners: append ${N / commitMs * 1e3 | 0} lines/s (commit ${(commitMs / (N / PER)).toFixed(2)} ms), merge ${mergeMs.toFixed(0)} ms in all`);
store.seal();
store.close();
console.log(`file ${(statSync(file).size / N).toFixed(1)} B a line`);
var again = openStore(file, { readonly: true });
var time = (what, run) => {
  const ms = [];
  for (let i = 0; i < 5; i++) {
    const a2 = performance.now();
    run();
    ms.push(performance.now() - a2);
  }
  console.log(what, `first ${ms[0].toFixed(1)} ms, then ${Math.min(...ms.slice(1)).toFixed(1)} ms`);
};
var o = "run0";
var span = again.lineIndex.get(o);
console.log("span", span);
time("newest page of 500", () => answerLines(again, { owner: o, limit: 500 }));
time("page in the middle", () => answerLines(again, { owner: o, before: span.next / 2 | 0, limit: 500 }));
time("first after a time in the middle", () => answerLines(again, { owner: o, after: 0, since: t0 + N * 5, limit: 500 }));
time("plain search, 20,000 lines", () => answerLines(again, { owner: o, limit: 1, holds: { text: "nowhere", regex: false } }));
time("regex search, 20,000 lines", () => answerLines(again, { owner: o, limit: 1, holds: { text: "loss=9\\.[0-9]+ x", regex: true } }));
time("another stream, rows passed over", () => answerLines(again, { owner: o, limit: 1, streams: ["stderr"] }));
var a = performance.now();
var n = 0;
for (let after = 0; ; ) {
  const p = answerLines(again, { owner: o, after, limit: 5e3 });
  n += p.lines.length;
  after = p.reached;
  if (!p.more) break;
}
console.log(`read all: ${n / (performance.now() - a) * 1e3 | 0} lines/s`);
rmSync(folder, { recursive: true });
