/** What else happens to the machine: things fall sick, people edit files, clocks are set, machines are restarted. */
import type { Judge } from "./judge.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import { at, type Fortune, paths, processesOf, statusOf, statusPath } from "./stack.ts";

const build = (path: string): string => at(`.clockwork/build/${path}`);
const minute = 60_000;

export interface Outside {
  readonly machine: Machine;
  readonly judge: Judge;
  readonly random: Random;
  readonly fortune: Fortune;
}

/** Time goes by; how the clocks tell of it is another matter. @returns whether a clock has jumped */
export function passTime({ machine, random, judge }: Outside): boolean {
  const ms = random.pick([
    30_000,
    30_000,
    2 * minute,
    6 * minute,
    11 * minute,
    25 * minute,
    70 * minute,
    240 * minute,
  ]);
  machine.sleep(ms * (0.9 + 0.2 * random.next()), true);
  if (random.happens(0.98)) return false;
  const day = 24 * 60 * minute;
  switch (random.pick(["back", "forward", "asleep", "reboot", "reboot and set"])) {
    case "back":
      machine.wallOffset -= random.next() * 30 * day;
      break;
    case "forward":
      machine.wallOffset += random.next() * 365 * day;
      break;
    case "asleep":
      machine.sleep(random.next() * day, random.happens(0.5));
      break;
    case "reboot and set":
      machine.wallOffset += (random.next() - 0.5) * 60 * day;
      machine.reboot();
      break;
    default:
      machine.sleep(random.next() * 10 * minute, true);
      machine.reboot();
  }
  judge.outside();
  return true;
}

/** Something falls sick, or stops being so. */
export function fallSick({ machine, random, fortune }: Outside): void {
  const { files, engine } = machine;
  const app = engine.get("container app");
  const web = processesOf(machine);
  switch (random.whole(20)) {
    case 0:
      return void files.remove(random.pick([paths["file.page"] ?? "", paths["file.conf"] ?? ""]));
    case 1:
      return void files.set(paths["file.page"] ?? "", "somebody's own words");
    case 2:
      return void files.remove(paths["directory.data"] ?? "");
    case 3:
    case 4:
    case 5:
      for (const process of random.happens(0.5) ? web : web.slice(0, 1)) machine.end(process);
      return;
    case 6:
      return void files.remove(at(".clockwork/services/web"));
    case 7:
      if (statusOf(machine))
        files.set(statusPath, JSON.stringify({ ...statusOf(machine), state: "waiting" }));
      return;
    case 8:
    case 9:
      if (app) engine.set("container app", { ...app, running: false });
      return;
    case 10:
      return void engine.delete(
        random.pick(["container app", "network inner", "network inner", "volume db"]),
      );
    case 11:
      if (app)
        engine.set("container app", random.happens(0.5) ? { ...app, labels: {} } : { ...app, id: "other" });
      return;
    case 12:
      machine.engineAnswers = !machine.engineAnswers;
      return;
    case 13:
    case 14:
      fortune.needsSeconds = random.pick([0, 6, 20, 70, 1000, Number.POSITIVE_INFINITY]);
      return;
    case 15:
      machine.takenPort = machine.takenPort === undefined ? 8080 : undefined;
      return;
    case 16:
      machine.freeMb = machine.freeMb === 1 ? 10_000 : 1;
      return;
    case 17:
    case 18:
      machine.logBytes = machine.logBytes === 0 ? 8 * 1024 * 1024 : 0;
      return;
    default:
      return void files.remove(paths["task.seed"] ?? "");
  }
}

/** A person, or a program of theirs, changes something and has not applied it. @returns how it is taken back */
export function edit({ machine, random }: Outside): () => void {
  const { files } = machine;
  const replace = (path: string, change: (text: string) => string): (() => void) => {
    const text = machine.read(path) ?? "";
    files.set(path, change(text));
    return () => files.set(path, text);
  };
  switch (random.whole(9)) {
    case 0:
      return replace(at("main.cw"), (text) => text.replace("8080", "9090"));
    case 1:
      return replace(at("main.cw"), (text) => text.replace('"busybox"', '"busybox:edited"'));
    case 2:
      return replace(at("main.cw"), (text) => text.replace('"x = 1"', '"x = 2"').replace('"hello"', '"bye"'));
    case 3:
      return replace(
        at("main.cw"),
        (text) => `${text}\nresource "file" "new" {\n  path    = "new"\n  content = ""\n}\n`,
      );
    case 4:
      return replace(build("scripts/ensure_service.web.mjs"), (text) => `${text}// edited\n`);
    case 5:
      return replace(build("scripts/ensure_file.page.mjs"), (text) => `${text}// edited\n`);
    case 6:
      return replace(build("manifest.json"), (text) => text.replace('"vars": {}', '"vars": {"EVIL": "1"}'));
    case 7:
      return replace(build("manifest.json"), (text) =>
        text.replace("{", '{ "knobs": {"ensure_service.web": {"log_max_mb": 5000}},'),
      );
    default:
      files.link(at("link.cw"), "/home/user/secret.cw");
      files.link(build("scripts/link.sh"), "/home/user/secret.sh");
      return () => {
        void files.remove(at("link.cw"));
        void files.remove(build("scripts/link.sh"));
      };
  }
}
