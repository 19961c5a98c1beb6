/**
 * All that a client may know of the server and the CLI: plain records. Imports nothing, so that the extension can import
 * it without pulling in the core.
 */

/** The commands that tell what they do as events. */
export type RunCommand = "plan" | "build" | "apply" | "verify" | "destroy";

/** One line of `--events FILE`, and of `apply --json`, `verify --json`, `destroy --json` on stdout. */
export type RunEvent =
  | AgentEvent
  /** The first one. A process that is gone without `done` has crashed. `runId` names the run's journal and logs, if it comes to that. */
  | { readonly type: "run"; readonly runId: string; readonly command: RunCommand; readonly pid: number }
  | {
      readonly type: "plan";
      readonly planId: string;
      readonly changes: readonly ChangeRecord[];
      readonly steps: readonly string[];
    }
  | {
      readonly type: "build";
      readonly written: readonly string[];
      readonly kept: readonly string[];
      readonly merged: readonly string[];
      readonly conflicts: readonly string[];
    }
  /** A step was handed to its runtime; `attempt` counts from 1. `log` is relative to the stack's folder. */
  | {
      readonly type: "step-started";
      readonly id: string;
      readonly resource?: string;
      readonly attempt: number;
      readonly log: string;
    }
  /** Text that the step wrote, as it came, in whole lines. */
  | { readonly type: "step-output"; readonly id: string; readonly text: string }
  | {
      readonly type: "step-finished";
      readonly id: string;
      readonly outcome: StepOutcome;
      readonly ms: number;
      readonly exitCode?: number;
      /** Why it did not succeed; of a skipped step, which failed one it needs. */
      readonly message?: string;
      /** The way out, or what the step said last. */
      readonly hint?: string;
      /** The problem's code, with `message`; skipped steps have none. */
      readonly code?: string;
    }
  /** A problem of the files, of the machine, or of a step that has just failed: then at the block it comes from. */
  | { readonly type: "diagnostic"; readonly diagnostic: DiagnosticRecord }
  | { readonly type: "done"; readonly exitCode: number; readonly outputs: Readonly<Record<string, unknown>> };

/** A build asks an agent. `round` is 0 for the first request and counts repairs after it. */
export type AgentEvent =
  /** Before a call. `mostUsd` is the most it can cost; absent for a model without a known price. */
  | {
      readonly type: "agent-asking";
      readonly compiler: string;
      readonly model: string;
      /** Ids of the steps that it writes scripts for. */
      readonly steps: readonly string[];
      readonly round: number;
      readonly inputTokens: number;
      readonly maxTokens: number;
      readonly mostUsd?: number;
    }
  /** A few times a second while it lasts. `bytes` of the answer have come; `note` says what is waited for, or why it is tried again. */
  | {
      readonly type: "agent-progress";
      readonly round: number;
      readonly state: "waiting" | "thinking" | "answering";
      readonly ms: number;
      readonly bytes: number;
      readonly note?: string;
    }
  /** After an answer. `problems` is how many rules it breaks: unless it is 0 the answer goes back. */
  | {
      readonly type: "agent-answered";
      readonly round: number;
      readonly ms: number;
      /** Tokens; `input` without those that a cache read or wrote. */
      readonly usage?: AgentUsage;
      readonly usd?: number;
      readonly problems: number;
    }
  /** The last of them, with the sum of all calls. `accepted`: its scripts passed the check; else a diagnostic says why not. */
  | {
      readonly type: "agent-ended";
      readonly accepted: boolean;
      readonly calls: number;
      readonly usage: AgentUsage;
      readonly usd?: number;
    };

export interface AgentUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/**
 * The environment variable by which a command finds the editor that it was started from: `TOKEN:PATH`, the path of a socket or
 * named pipe. Each connection carries one `ModelRequest`, a line of JSON; the answer is `ModelAnswer`s, a line each, of which
 * all types but `waiting` and `text` are the last. Who closes the connection early breaks the request off.
 */
export const editorVariable = "CLOCKWORK_EDITOR";

export type ModelRequest = ModelCall & { readonly token: string };

export type ModelCall =
  /** Which model answers; a person may be asked. `wanted`: the id, family or name that the stack gives. */
  | { readonly call: "model"; readonly wanted?: string }
  /** How many tokens the model takes the messages for. */
  | { readonly call: "count"; readonly model: string; readonly messages: readonly ModelMessage[] }
  | { readonly call: "ask"; readonly model: string; readonly messages: readonly ModelMessage[] };

export interface ModelMessage {
  readonly role: "user" | "assistant";
  readonly text: string;
}

export type ModelAnswer =
  /** To `model`. `maxInputTokens`: most that one request may have. */
  | { readonly type: "model"; readonly id: string; readonly name: string; readonly maxInputTokens: number }
  /** To `count`. */
  | { readonly type: "counted"; readonly tokens: number }
  /** A person has to do something first, which may take as long as it takes. */
  | { readonly type: "waiting"; readonly why: string }
  /** To `ask`: more of what the model says. */
  | { readonly type: "text"; readonly text: string }
  /** To `ask`: it has said all. Tokens, where the model counts them. */
  | { readonly type: "end"; readonly input?: number; readonly output?: number }
  /** To any: there is no answer. */
  | {
      readonly type: "refused";
      readonly failure: "unreachable" | "key" | "rate" | "request" | "cut";
      readonly message: string;
      readonly hint?: string;
    };

/** `skipped`: a step it needs failed, or the run was interrupted before it started. */
export type StepOutcome = "succeeded" | "failed" | "timed-out" | "cancelled" | "skipped";

export interface ChangeRecord {
  readonly address: string;
  readonly action: PlannedAction;
  /** A check runs or not; it changes nothing. */
  readonly isCheck?: true;
  readonly reason: string;
}

/** A diagnostic with its place in lines and columns, from 1, columns in UTF-16 code units. */
export interface DiagnosticRecord {
  readonly code: string;
  readonly severity: "error" | "warning" | "info" | "hint";
  readonly message: string;
  readonly hint?: string;
  readonly file?: string;
  readonly range?: { readonly start: Position; readonly end: Position };
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Commands that the server's lenses name and a client carries out; the argument is the stack's folder, as an address, and of
 * `applyResource` a `ResourceTarget`, of `openPlan` a `PlanTarget`.
 */
export const commands = {
  plan: "clockwork.plan",
  apply: "clockwork.apply",
  applyResource: "clockwork.applyResource",
  openPlan: "clockwork.openPlan",
  /** Takes a `BlockPlace`. */
  openBlock: "clockwork.openBlock",
  /** Takes an `ArtifactTarget`, or a stack's folder for one that is picked. */
  openArtifact: "clockwork.openArtifact",
  /** Takes `ArtifactBaseParams`. */
  showGenerated: "clockwork.showGenerated",
  /** Takes a `StepTarget`. */
  regenerate: "clockwork.regenerateArtifact",
  /** Takes a `ProposalTarget`. */
  reviewProposal: "clockwork.reviewProposal",
  /** Takes a `PlanTarget`: what was seen of a resource or check, in the state's view. */
  showDrift: "clockwork.showDrift",
  /** Takes a `ResourceTarget`: the plan that makes drifted resources what they should be. */
  planRepair: "clockwork.planRepair",
} as const;

/** The artifacts of steps. */
export interface ArtifactTarget {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly steps: readonly string[];
}

export interface StepTarget {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly step: string;
}

export interface ProposalTarget {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly id: string;
}

/**
 * The scheme of documents that hold what is proposed for an artifact, as a person edits it: the artifact's address, with the
 * proposal's id as its query.
 */
export const proposalScheme = "clockwork-proposal";

/** A stack's plan, at the change of a resource or check where there is one. */
export interface PlanTarget {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly address?: string;
}

/**
 * The scheme of documents that show a plan as it is now, which the server gives (`workspace/textDocumentContent`). The query is
 * the address of the stack's folder, the path is for people.
 */
export const planScheme = "clockwork-plan";

/** Resources of a stack, to be applied with what they depend on. */
export interface ResourceTarget {
  /** The address of the stack's folder. */
  readonly folder: string;
  /** Of instances: `service.web["eu"]`. */
  readonly addresses: readonly string[];
}

/** What a client may ask the server beside the protocol's own requests. */
export const requests = {
  /** Takes `PlanParams` and gives a `PlanRecord`, or null where there is no stack. */
  plan: "clockwork/plan",
  /** Takes `PlanParams` and gives a `GraphRecord`, or null where there is no stack. */
  graph: "clockwork/graph",
  /** Takes `PlanParams` and gives a `StateRecord`, or null where there is no folder. */
  state: "clockwork/state",
  /** Takes `StacksParams` and gives a `StacksRecord`. */
  stacks: "clockwork/stacks",
  /** Takes `PlanParams` and gives `TestRecord`s, none where there is no stack. */
  tests: "clockwork/tests",
  /** Takes `ToolParams` and gives a `ToolAnswer`, also of a stack that nobody has opened. */
  tool: "clockwork/tool",
  /** Takes `RunsParams` and gives `PastRun[]`. */
  runs: "clockwork/runs",
  /** Takes `RunStepsParams` and gives `PastStep[]`. */
  runSteps: "clockwork/runSteps",
  /** Takes `BlockAtParams` and gives a `BlockAt`, or null. */
  blockAt: "clockwork/blockAt",
  /** Takes `PlanParams` and gives `ArtifactItem`s. */
  artifacts: "clockwork/artifacts",
  /** Takes `ArtifactBaseParams` and gives what the compiler wrote last, or null where there is no such artifact. */
  artifactBase: "clockwork/artifactBase",
  /** Takes `PlanParams` and gives `ProposalItem`s, those that no longer apply among them. */
  proposals: "clockwork/proposals",
  /** Takes `PlanParams` and gives `DaemonProposalItem`s, the newest first, those that no longer apply among them. */
  daemonProposals: "clockwork/daemonProposals",
  /** Takes `PlanParams` and gives a `DaemonStatus`, or null where there is no folder. */
  daemon: "clockwork/daemon",
} as const;

/**
 * `planChanged`, from the server: a stack's plan is another one (`PlanParams`). Only for clients whose
 * `initializationOptions` say `{planChanges: true}`. `facts`, from a client that may run things: what
 * `clockwork show facts --json` printed. Until then nothing is known of the machine. `artifactsChanged`, from the server:
 * artifacts or proposals of a stack are others (`PlanParams`).
 */
export const notifications = {
  planChanged: "clockwork/planChanged",
  facts: "clockwork/facts",
  artifactsChanged: "clockwork/artifactsChanged",
} as const;

export interface PlanParams {
  /** The address of the stack's folder. */
  readonly folder: string;
}

/** What a language model asks of a stack. */
export interface ToolParams extends PlanParams {
  readonly tool: "get_diagnostics" | "get_plan" | "explain_change";
  /** With `explain_change`. */
  readonly address?: string;
}

/** What it reads: text and JSON, short enough for its context. */
export interface ToolAnswer {
  readonly text: string;
  /** It says why there is no answer. */
  readonly isError?: boolean;
}

/** The plan of a stack as its files are now, saved or not: what `clockwork plan` would say. */
export interface PlanRecord extends PlanParams {
  /**
   * Why this is not the plan of what the files say now, for people: `main.cw:3:5: …`. Then it is the last one that could be
   * made, or one without changes and `planId` where none could.
   */
  readonly stale?: string;
  /** It waits for the facts of this machine (the notification `facts`), which the files ask for. */
  readonly needsFacts?: true;
  readonly planId?: string;
  readonly summary: PlanSummary;
  /** In order of addresses; what stays as it is is there too, with the action `none`. */
  readonly changes: readonly PlannedChange[];
  /** In the order in which they run. */
  readonly steps: readonly PlannedStep[];
  /** What somebody who looked has seen otherwise than the state says, in order of addresses; no part of the plan. */
  readonly drift: readonly DriftRecord[];
}

/** A thing that is not as it was left, or a check that fails, as the daemon or `refresh` saw it last. */
export interface DriftRecord {
  readonly address: string;
  readonly isCheck: boolean;
  /** A clause for people: `the process has ended`. */
  readonly detail: string;
  /** When it was seen, in milliseconds since 1970. */
  readonly seenMs: number;
  /** Its block; absent where there is none any more. A health check's is the service's. */
  readonly place?: BlockPlace;
}

/** How many resources have each action; checks are counted apart, those that run. */
export interface PlanSummary extends Readonly<Record<PlannedAction, number>> {
  readonly checks: number;
  /** `2 to create, 1 to update; 1 check to run`, or `no changes`. */
  readonly text: string;
}

/** `move`: nothing but the address changes. `forget`: it stays as it is and is no longer known. */
export type PlannedAction = "create" | "update" | "replace" | "delete" | "move" | "forget" | "none";

export interface PlannedChange {
  readonly address: string;
  readonly action: PlannedAction;
  /** A check runs (`create`, `update`), stays as it is or is no longer there (`delete`); it changes nothing. */
  readonly isCheck: boolean;
  /** A short clause: `not in the state`, `ports changed`, `artifact edited`. */
  readonly reason: string;
  readonly movedFrom?: string;
  readonly fields: readonly PlannedField[];
  /** Its block; absent where there is none any more. A health check's is the service's. */
  readonly place?: BlockPlace;
  /** Ids of its steps. */
  readonly steps: readonly string[];
}

/** One attribute's difference, in texts as they would stand in a `.cw` file; sensitive values are masked. */
export interface PlannedField {
  /** `ports[0].external`, `env.APP_ENV`. */
  readonly path: string;
  /** Absent where there was none. */
  readonly before?: string;
  /** Absent where there will be none. */
  readonly after?: string;
  readonly sensitive: boolean;
}

export interface PlannedStep {
  readonly id: string;
  /** The kind of step, such as `ensure_service`. */
  readonly name: string;
  /** The address of the block that it belongs to. */
  readonly resource?: string;
  /** Ids of the steps that come before. */
  readonly needs: readonly string[];
}

/** Folders with `.cw` files, by their addresses. */
export interface StacksParams {
  readonly folders: readonly string[];
}

/** Those of the folders that are stacks of their own: no other of them uses them as a module. In the order given. */
export interface StacksRecord {
  readonly stacks: readonly string[];
}

/** What a stack consists of and what needs what, as its files are now, saved or not. */
export interface GraphRecord {
  /** Resources, then checks, each in order of addresses. */
  readonly nodes: readonly GraphNode[];
  /** What nodes are part of; the ones around come before those inside. */
  readonly groups: readonly GraphGroup[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly address: string;
  readonly kind: string;
  readonly isCheck: boolean;
  /** Id of the innermost group that it is part of. */
  readonly group?: string;
  readonly place: BlockPlace;
}

/** A module or one of its instances (`module.site["eu"]`), or all instances of a block with `count` or `for_each` (`service.web`). */
export interface GraphGroup {
  readonly id: string;
  readonly kind: "module" | "instances";
  readonly parent?: string;
  /** Of the module's block. */
  readonly place?: BlockPlace;
}

/** `from` needs `to`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The attribute that refers, or `depends_on`; absent where a check waits for everything because it refers to nothing. */
  readonly reason?: string;
}

/** What can be verified: a check, or the block or module that others are beneath. In order of addresses. */
export interface TestRecord {
  /** What `verify --target` takes of a check; unique among all of the stack. */
  readonly address: string;
  /** The last part of the address. */
  readonly label: string;
  /** `http`, `health check`, `module`; empty for an instance. */
  readonly detail: string;
  readonly place: BlockPlace;
  /** The step that runs it, by which events name it; absent for a block or module with checks beneath it. */
  readonly step?: string;
  readonly children: readonly TestRecord[];
}

/** What a stack's state says: what is believed to exist. */
export interface StateRecord {
  /** Whether there is one that can be used; without it nothing has been applied, or `problems` says what is wrong. */
  readonly exists: boolean;
  readonly problems: readonly DiagnosticRecord[];
  /** In order of addresses. */
  readonly resources: readonly StateResource[];
  readonly checks: readonly StateCheck[];
  /** The stack's own. */
  readonly outputs: readonly StateValue[];
}

export interface StateResource {
  readonly address: string;
  readonly kind: string;
  /** `tainted`: a step of it was started and did not succeed. `unknown`: a step of it was cut off. */
  readonly status: "ok" | "tainted" | "unknown";
  /** What its attributes were when it was applied. */
  readonly inputs: readonly StateValue[];
  readonly outputs: readonly StateValue[];
  /** Addresses. */
  readonly dependsOn: readonly string[];
  /** False for what the files do not make any more, also where its block is left. */
  readonly isDeclared: boolean;
  readonly place?: BlockPlace;
}

export interface StateCheck {
  readonly address: string;
  readonly status: "ok" | "failed";
  readonly isDeclared: boolean;
  readonly place?: BlockPlace;
}

export interface StateValue {
  readonly name: string;
  /** On one line, as it would stand in a `.cw` file; sensitive values are masked. */
  readonly text: string;
  /** Over several lines, where one is not enough. */
  readonly block?: string;
  /** What a person would copy: a text without its quotes. Absent for sensitive values. */
  readonly plain?: string;
  /** Of the stack's outputs. */
  readonly place?: BlockPlace;
}

/** Where a block stands. */
export interface BlockPlace {
  readonly uri: string;
  /** Its header, or what comes nearest. */
  readonly range: { readonly start: Position; readonly end: Position };
  /** All of it. */
  readonly whole: { readonly start: Position; readonly end: Position };
}

/**
 * How a server that has no disk reads the workspace: requests to its client, with `FileParams`. `stat` answers with a
 * `RemoteEntry`, `list` with a list of them, `read` with a `Uint8Array`, each in a `FileAnswer`.
 */
export const fileRequests = {
  stat: "clockwork/files/stat",
  list: "clockwork/files/list",
  read: "clockwork/files/read",
} as const;

/** Notification to it: something that its client watches has changed. */
export const filesChanged = "clockwork/files/changed";

export interface FileParams {
  readonly uri: string;
}

export interface RemoteEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** In bytes; 0 in lists. */
  readonly size: number;
}

/** `isWatched`: the client tells when the answer is another one. `code` is Node's, such as `ENOENT`. */
export type FileAnswer<T> = { readonly isWatched: boolean } & (
  | { readonly value: T }
  | { readonly code: string }
);

/** The first message to a server in a worker, before those of the protocol. */
export interface WorkerStart {
  /** Of `web-tree-sitter.wasm`. */
  readonly runtime: Uint8Array;
  /** Of `tree-sitter-clockwork.wasm`. */
  readonly grammar: Uint8Array;
  /** Address of the folder with a page for each code. */
  readonly pages: string;
}

export interface RunsParams {
  /** The address of the stack's folder. */
  readonly folder: string;
  /** How many of the newest. */
  readonly limit: number;
}

/** A run that has left a journal. */
export interface PastRun {
  readonly id: string;
  readonly command: RunCommand;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Absent, like `steps`, where it is going on or was killed. */
  readonly endedMs?: number;
  /** How many steps ended how. */
  readonly steps?: Readonly<Partial<Record<StepOutcome, number>>>;
}

export interface RunStepsParams {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly id: string;
}

export interface PastStep {
  readonly id: string;
  /** Absent where nobody knows. */
  readonly outcome?: StepOutcome;
  /** Of all attempts. */
  readonly ms: number;
  /** Relative to the stack's folder; absent where it was never started. */
  readonly log?: string;
}

export interface BlockAtParams {
  readonly uri: string;
  /** From 0, as the protocol counts, columns in UTF-16 code units. */
  readonly position: { readonly line: number; readonly character: number };
}

/** The resource's or check's block at a place. */
export interface BlockAt extends ResourceTarget {
  /** `resource`, `verify`. */
  readonly keyword: string;
}

/**
 * `generated`: as the compiler wrote it; `edited`: changed by a person; `conflicted`: edited, and a proposal for it waits;
 * `proposed`: not there, and a proposal for it waits; `missing`: not there.
 */
export type ArtifactState = "generated" | "edited" | "conflicted" | "proposed" | "missing";

/** Who made an artifact's text. */
export interface CompilerRecord {
  /** `builtin`, `anthropic`, `editor`, `recorded`. */
  readonly compiler: string;
  readonly version: string;
  /** Of a compiler that asks one. */
  readonly model?: string | undefined;
  /** sha256 in hex of the request that it answered. */
  readonly request?: string | undefined;
}

/** An artifact of `.clockwork/build/`, and where it comes from. */
export interface ArtifactRecord {
  /** Below `.clockwork/build/`. */
  readonly path: string;
  /** The step's id. */
  readonly step: string;
  readonly lang: string;
  /** As the compiler wants it: `0755`. */
  readonly mode: string;
  readonly state: ArtifactState;
  /** Who wrote what stands there; absent where nothing does. */
  readonly writer?: "compiler" | "person";
  /** Who wrote what the file is compared with. */
  readonly compiler: CompilerRecord;
  /** Of the step that the compiler wrote it for. */
  readonly fingerprint: string;
  /** sha256 in hex of what the compiler wrote last. */
  readonly base: string;
  /** sha256 in hex of the file; absent where there is none. */
  readonly file?: string;
  /** Ids of the proposals that wait for it. */
  readonly proposals: readonly string[];
}

export interface ArtifactItem extends ArtifactRecord {
  readonly uri: string;
}

export interface ArtifactBaseParams {
  /** The address of the stack's folder. */
  readonly folder: string;
  /** Below `.clockwork/build/`. */
  readonly path: string;
}

/** What the daemon leaves to a person, with all that is shown of it. */
export interface DaemonProposalItem extends Omit<DaemonProposalDetails, "diff"> {
  /** Of the file whose text it changes; absent where it changes none. */
  readonly uri?: string;
}

/** How it stands with a stack's daemon. */
export interface DaemonStatus {
  /** Who has written that they watch it. Whether that process lives still, whoever can see processes has to find out. */
  readonly watcher?: {
    readonly pid: number;
    readonly host: string;
    /** ISO 8601. */
    readonly since: string;
  };
  /** The switch is there that keeps every daemon from doing anything. */
  readonly isDisabled: boolean;
  /** Addresses whose fixes have failed too often: they are left alone until a person acknowledges. */
  readonly quarantined: readonly string[];
  /** The newest first. */
  readonly journal: readonly DaemonEvent[];
  /** Why the journal cannot be read, as a clause. */
  readonly problem?: string;
}

export interface DaemonEvent {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Absent where it is about no thing in particular. */
  readonly address?: string;
  /** Sentences. */
  readonly text: string;
}

/** A text for an artifact that a person has to decide about. */
export interface ProposalRecord {
  readonly id: string;
  readonly kind: "artifact";
  /** The artifact's, below `.clockwork/build/`. */
  readonly path: string;
  /** The step's id. */
  readonly step: string;
  readonly lang: string;
  /**
   * `conflict`: the compiler's newer text. `replaced`: a person's, which a build was told to replace.
   * `suggested`: a tool's, such as a language model's in the editor.
   */
  readonly reason: "conflict" | "replaced" | "suggested";
  /** Who wrote what is proposed; absent where a person did. */
  readonly compiler?: CompilerRecord;
  /** sha256 in hex of the file as it is now: what approving takes as the version that was looked at; `none` without a file. */
  readonly version: string;
  /** The file as it is now; absent where there is none, or it is no text. */
  readonly yours?: string;
  /** What approving writes: what is proposed, and all that `yours` changed elsewhere. Absent where it is no text. */
  readonly proposed?: string;
  /** Why there is nothing to decide any more, as a clause that follows "the proposal". */
  readonly stale?: string;
}

/** What the daemon does not do by itself: a change that a person approves or rejects, or a runbook to follow. */
export interface DaemonProposalRecord {
  readonly id: string;
  readonly kind: "daemon";
  /** What something is the matter with. */
  readonly address: string;
  /** What is the matter, as a word: `port-taken`, `changed`. */
  readonly rule: string;
  /** The same as a clause. */
  readonly problem: string;
  /** What would be done, a clause. */
  readonly summary: string;
  /** Why the daemon does not do it by itself, a sentence. */
  readonly because: string;
  /** Who wished it: `rule`, or an agent's compiler and model. */
  readonly by: string;
  readonly risk: "safe" | "approve" | "never";
  readonly patch: {
    readonly kind: "rerun" | "knob" | "artifact" | "cw" | "runbook";
    /** Of the file that it changes, seen from the stack's folder. */
    readonly path?: string;
  };
  /** What it really changes, one clause each. */
  readonly effects: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly expires: number;
  /** Of the plan that it was judged against. */
  readonly planId: string;
  /** Why it cannot be approved any more, as a clause. */
  readonly stale: string | null;
}

/** One proposal, with all that a person decides by. */
export interface DaemonProposalDetails extends DaemonProposalRecord {
  /** What was seen, and where: words of others, as they are. */
  readonly evidence: readonly { readonly source: string; readonly text: string }[];
  /** A unified diff; empty where no text changes. */
  readonly diff: string;
  /** Markdown. */
  readonly runbook: string | null;
  /** The text that would change, now and afterwards; null where none does. */
  readonly text: { readonly now: string; readonly proposed: string } | null;
}

export interface ProposalItem extends ProposalRecord {
  /** The artifact's. */
  readonly uri: string;
}
