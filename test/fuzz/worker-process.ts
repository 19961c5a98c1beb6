import { type ChildProcess, fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./checks.ts";
import type { Input } from "./generate.ts";
import type { Reply, Request } from "./worker.ts";

/** How often a worker is looked at, and how many looks without a sign of life end it: five seconds, unless we are stopped too. */
const lookMs = 250;
const patience = 20;

/** Why a worker ended before it was done. */
export type Loss = "hang" | "crash";

/** A worker that is started when it is needed, and again after it was lost. */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  private readonly beatFile: string;

  constructor(
    private readonly folder: string,
    name: string,
  ) {
    this.beatFile = join(folder, `${name}.beat`);
  }

  /** The index of the input that the worker has begun last. */
  get index(): number {
    return Number.parseInt(readFileSync(this.beatFile, "utf8"), 10);
  }

  /** Asks for something and hears its replies until `heard` returns true; resolves to how the worker was lost, if it was. */
  ask(request: Request, heard: (reply: Reply) => boolean): Promise<Loss | undefined> {
    if (request.type === "range") writeFileSync(this.beatFile, `${request.from}`.padEnd(32));
    const child = this.started();
    return new Promise((resolve) => {
      let loss: Loss = "crash";
      let last = { beat: "", looks: 0 };
      const watch = setInterval(() => {
        const beat = readFileSync(this.beatFile, "utf8");
        if (beat !== last.beat) last = { beat, looks: 0 };
        else if (++last.looks > patience) {
          loss = "hang";
          child.kill("SIGKILL");
        }
      }, lookMs);
      const end = (result: Loss | undefined): void => {
        clearInterval(watch);
        child.removeAllListeners();
        resolve(result);
      };
      child.on("exit", () => {
        this.child = undefined;
        end(loss);
      });
      child.on("message", (reply: Reply) => {
        last.looks = 0;
        if (heard(reply)) end(undefined);
      });
      child.send(request);
    });
  }

  /** What is found about one input. */
  async one(input: Input): Promise<Finding | undefined> {
    let finding: Finding | undefined;
    const loss = await this.ask({ type: "one", input }, (reply) => {
      if (reply.type === "one") finding = reply.finding;
      return reply.type === "one";
    });
    return loss ? { kind: loss, detail: "" } : finding;
  }

  close(): void {
    this.child?.kill();
  }

  private started(): ChildProcess {
    if (this.child) return this.child;
    writeFileSync(this.beatFile, "0".padEnd(32));
    this.child = fork(join(this.folder, "worker.cjs"), [this.beatFile], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "inherit", "ignore", "ipc"],
    });
    return this.child;
  }
}
