import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, errors, type FrameLocator, type Locator, type Page } from "playwright-core";

export interface Problem {
  readonly severity: string;
  readonly message: string;
  readonly code: string;
  readonly line: number;
  readonly column: number;
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      // Nothing leaves this machine, and nothing waits for a name that does not resolve.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
    ],
  });
}

/** Longest wait for anything, in milliseconds: only a failure takes so long, on however slow a machine. */
const patienceMs = 60_000;

/** Where pictures of the window are left; Playwright makes the folder. */
const shots = "test/e2e/shots";

/** Of the window, in pixels. */
const width = 1200;
export const usualHeight = 900;

const activeTerminal = ".terminal-wrapper.active";

/** The window of VS Code, as a user sees it. Every method waits for what it needs; none sleeps for a fixed time. */
export class Workbench {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, address: string): Promise<Workbench> {
    const context = await browser.newContext({ viewport: { width, height: usualHeight } });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(address, { waitUntil: "commit" });
    await page.locator(".monaco-workbench").waitFor();
    // VS Code's own test driver, which the server puts into the page.
    await page.waitForFunction("globalThis.driver !== undefined");
    await page.evaluate("driver.whenWorkbenchRestored()");
    return new Workbench(page);
  }

  /**
   * Polls from this side of the connection, until `probe` gives something that is not undefined, false or empty. A machine
   * that stood still meanwhile counts for little.
   */
  async until<T>(
    what: string,
    probe: () => Promise<T | undefined | false>,
    timeoutMs = patienceMs,
  ): Promise<T> {
    for (let left = timeoutMs; ; ) {
      const began = Date.now();
      const found = await unlessLate(probe());
      if (found !== undefined && found !== false) return found;
      if (left < 0) throw new errors.TimeoutError(`waited ${timeoutMs} ms for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      left -= Math.min(Date.now() - began, 5_000);
    }
  }

  /** Whether something happens in the time that the editor's answer to a click takes. */
  async soon(probe: () => Promise<boolean>): Promise<boolean> {
    return (await unlessLate(this.until("it", probe, 5_000))) === true;
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(shots, `${name}.png`) });
  }

  /** Makes the window another height, in pixels. */
  async resize(height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.waitForFunction(
      `document.querySelector(".part.statusbar").getBoundingClientRect().bottom <= ${height}`,
    );
  }

  /** A picture for README: it is kept beside the other ones, and in media/ when somebody asks for new ones. */
  async picture(name: string): Promise<void> {
    await this.screenshot(name);
    if (process.env["CLOCKWORK_PICTURES"] === undefined) return;
    copyFileSync(join(shots, `${name}.png`), join("media", `${name}.png`));
  }

  get #input(): Locator {
    return this.page.locator(".quick-input-widget:visible input.input");
  }

  get editor(): Locator {
    return this.page.locator(".editor-group-container.active .editor-instance .monaco-editor").first();
  }

  async openFile(name: string): Promise<void> {
    const tab = this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`);
    await this.until(`the tab of ${name}`, async () => {
      await this.#pick("Control+P", name, this.#rows.filter({ hasText: name }));
      return appears(tab, 3_000);
    });
    await this.editor.locator(".view-line").first().waitFor();
  }

  get #rows(): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row");
  }

  /**
   * Opens a list of VS Code's with a key, types, and clicks on a row. Started anew where something else took the key, the
   * text or the list: VS Code closes it when the focus goes elsewhere.
   */
  async #pick(key: string, text: string, row: Locator): Promise<void> {
    await this.until(`${text} in a list`, async () => {
      if (!(await this.#input.isVisible())) await this.page.keyboard.press(key);
      if (!(await appears(this.#input, 2_000))) return false;
      await this.#input.fill(text, { timeout: 2_000 });
      if (!(await appears(row.first(), 3_000))) {
        await this.page.keyboard.press("Escape");
        return false;
      }
      await row.first().click({ timeout: 2_000 });
      return true;
    });
  }

  /** Runs a command by its title in the palette, such as `View: Toggle Terminal`. */
  async command(title: string): Promise<void> {
    const exact = new RegExp(`^${title.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
    const label = this.page.locator(".label-name", { hasText: exact });
    await this.#pick("F1", `>${title}`, this.#rows.filter({ has: label }));
  }

  /** Picks a row of the list that is open. */
  async choose(text: string): Promise<void> {
    await this.#rows.filter({ hasText: text }).first().click();
  }

  /** Titles that the palette offers for a text. */
  async commandsMatching(text: string): Promise<readonly string[]> {
    await this.page.keyboard.press("F1");
    await this.#input.fill(`>${text}`);
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    const titles = await this.page.locator(".quick-input-list .label-name").allInnerTexts();
    await this.page.keyboard.press("Escape");
    return titles;
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  /** The extension's item in the status bar, once its language server answers. */
  get ready(): Locator {
    return this.statusItem("Clockwork").filter({ has: this.page.locator(".codicon-check") });
  }

  squiggles(severity: "error" | "warning"): Locator {
    return this.editor.locator(`.squiggly-${severity}`);
  }

  async focusEditor(): Promise<void> {
    const focused = this.page.locator(".editor-group-container.active .monaco-editor.focused").first();
    await this.until("an editor with the keyboard", async () => {
      await this.page.keyboard.press("Control+1");
      return appears(focused, 2_000);
    });
  }

  /** A view of the side bar by its title, with its header. */
  view(title: string): Locator {
    const header = this.page.locator(".pane-header", {
      has: this.page.locator("h3.title", { hasText: title }),
    });
    return this.page.locator(".pane", { has: header });
  }

  /** What the rows of a view say, each with its description. */
  async rows(title: string): Promise<readonly string[]> {
    const rows = this.view(title).locator(".monaco-list-row");
    const texts = await rows.evaluateAll((all) =>
      all
        .map((row) => ({
          top: row.getBoundingClientRect().top,
          text: row.querySelector(".monaco-icon-label"),
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => [...(text?.querySelectorAll(".label-name, .label-description") ?? [])])
        .map((parts) => parts.map((part) => part.textContent?.trim()).join(" ")),
    );
    return texts.map((text) => text.trim());
  }

  rowOf(title: string, text: string): Locator {
    return this.view(title).locator(".monaco-list-row", { hasText: text }).first();
  }

  /** The page of the webview that has an element. */
  async webview(selector: string): Promise<FrameLocator> {
    const frame = this.page.frameLocator("iframe.webview.ready").last().frameLocator("#active-frame");
    await frame.locator(selector).waitFor({ state: "attached" });
    return frame;
  }

  /** Selects the first place where a text stands in the active editor, and types over it. */
  async replace(text: string, by: string): Promise<void> {
    await this.select(text);
    await this.page.keyboard.type(by);
  }

  /** Selects the first place where a text stands in the active editor. */
  async select(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press("Control+F");
    const find = this.page.locator(".find-widget.visible .find-part textarea").first();
    // A narrow widget does not show it.
    const count = this.page.locator(".find-widget.visible .matchesCount", { hasText: /\d of \d/ });
    // While it opens, the widget may put what is selected in the place of what was typed.
    await this.until(`a place where ${text} stands`, async () => {
      if (!(await find.isVisible())) await this.page.keyboard.press("Control+F");
      if ((await find.inputValue({ timeout: 2_000 })) !== text) await find.fill(text, { timeout: 2_000 });
      return (await count.count()) > 0;
    });
    await this.page.keyboard.press("Escape");
  }

  /** What the editor says of an underlined text under the mouse. */
  async hover(text: string): Promise<string> {
    await this.squiggles("error").first().waitFor({ state: "attached" });
    return this.hoverOver(text);
  }

  /** What the editor says of a text under the mouse, at its last place in the lines that have another text too. */
  async hoverOver(text: string, inLine = text): Promise<string> {
    const line = this.editor.locator(".view-line", { hasText: inLine });
    const word = line.locator("span span", { hasText: text }).last();
    const hover = this.page.locator(".monaco-hover:not(.workbench-hover):visible .hover-contents").first();
    // Lines move when lenses come or go, and the mouse may stand on another one then: it goes away and comes back.
    return this.until(`what the editor says of ${text}`, async () => {
      await this.page.mouse.move(0, 0);
      await word.hover({ timeout: 2_000 });
      const shown = await appears(hover, 2_000);
      return shown && ((await hover.textContent({ timeout: 1_000 })) ?? "");
    });
  }

  /** What the Problems panel lists; opens it. */
  async problems(): Promise<readonly Problem[]> {
    const panel = this.page.locator(".markers-panel");
    if (!(await panel.isVisible())) await this.page.keyboard.press("Control+Shift+M");
    await panel.waitFor();
    const rows = await this.page.evaluate<Row[]>(`
      [...document.querySelectorAll(".markers-panel .monaco-list-row")].map((row) => ({
        label: row.ariaLabel ?? "",
        code: row.querySelector(".marker-code")?.textContent ?? "",
      }))`);
    return rows.flatMap(toProblem);
  }

  /**
   * A lens at the top of the file. VS Code asks for lenses only while the editor has the focus, and not again when it
   * loses it meanwhile.
   */
  async codeLens(text: string, timeoutMs = patienceMs): Promise<Locator> {
    const lens = this.editor.locator(".codelens-decoration a", { hasText: text }).first();
    return this.until(
      `the lens ${text}`,
      async () => {
        await this.focusEditor();
        await this.page.keyboard.press("Control+Home");
        // Over the first line, where the cursor never is.
        await this.page.keyboard.press("Control+ArrowUp");
        return (await appears(lens, 3_000)) && lens;
      },
      timeoutMs,
    );
  }

  /** A lens anywhere in the active editor, which may be a comparison. */
  lens(text: string): Locator {
    return this.page
      .locator(".editor-group-container.active .codelens-decoration a:visible")
      .filter({ hasText: text });
  }

  /** Whether something comes into sight in the time that an answer of the editor takes. */
  shows(what: Locator): Promise<boolean> {
    return appears(what, 3_000);
  }

  tab(name: string): Locator {
    return this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`);
  }

  async save(): Promise<void> {
    await this.focusEditor();
    await this.until("the file to be saved", async () => {
      await this.page.keyboard.press("Control+S");
      return (await this.page.locator(".tabs-container .tab.active.dirty").count()) === 0;
    });
  }

  /** A row of a view in the side bar. */
  row(text: string): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: text });
  }

  /** A line on one side of the comparison that is shown. */
  diff(side: "original" | "modified", text: string): Locator {
    return this.page
      .locator(`.editor-group-container.active .monaco-diff-editor .editor.${side} .view-line`)
      .filter({ hasText: text });
  }

  /** Presses a button of a notification. With its test driver VS Code shows them in their list alone. */
  async answer(text: RegExp, button: string): Promise<void> {
    const center = this.page.locator(".notifications-center.visible");
    const row = center.locator(".monaco-list-row", { hasText: text });
    await this.until(`the notification ${text}`, async () => {
      if (!(await center.isVisible())) await this.command("Notifications: Show Notifications");
      if (!(await appears(row.first(), 2_000))) return false;
      await row.getByRole("button", { name: button, exact: true }).first().click({ timeout: 2_000 });
      return true;
    });
  }

  /** The box that asks for a text, by what stands in it while it is empty. */
  input(placeholder: string): Locator {
    return this.page.locator(`.quick-input-widget:visible input[placeholder="${placeholder}"]`);
  }

  /** Waits for a row with some texts at the top of one of the extension's views. */
  async showRow(view: string, ...texts: readonly string[]): Promise<void> {
    const rows = this.view(view).locator(".monaco-list-row");
    const row = texts.reduce((found, text) => found.filter({ hasText: text }), rows).first();
    await this.until(`${texts.join(" ")} in ${view}`, async () => {
      await this.command(`Clockwork: Focus on ${view} View`);
      await this.page.keyboard.press("Home");
      return this.shows(row);
    });
  }

  /** Shows what is below a row of a view. */
  async unfold(view: string, text: string): Promise<void> {
    const twistie = this.rowOf(view, text).locator(".monaco-tl-twistie");
    await this.until(`${text} to unfold`, async () => {
      if (!/collapsed/.test((await twistie.getAttribute("class")) ?? "")) return true;
      await twistie.click({ timeout: 2_000 });
      return false;
    });
  }

  /** The editor of the plan's document. */
  get plan(): Locator {
    return this.page.locator('.monaco-editor[data-uri^="clockwork-plan:"]');
  }

  /** Clicks on a lens at the top of the file until that shows something: a lens can move away under the mouse. */
  async clickLens(text: string, shown: Locator): Promise<void> {
    await this.until(`what the lens ${text} shows`, async () => {
      if (await shown.isVisible()) return true;
      // A lens that has done its work may be gone.
      await (await this.codeLens(text, 3_000)).click({ timeout: 2_000 });
      return this.shows(shown);
    });
  }

  /** The lines of the plan's document that are on the screen. */
  async planLines(): Promise<readonly string[]> {
    const found = await this.plan.locator(".view-lines .view-line").evaluateAll((all) =>
      all
        .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? "" }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll("\u00a0", " ")),
    );
    return found.map((line) => line.trimEnd());
  }

  /** Gives up what has been typed into the active file since it was saved. */
  async revert(): Promise<void> {
    await this.focusEditor();
    await this.until("the file as it is on the disk", async () => {
      await this.command("File: Revert File");
      return (await this.page.locator(".tabs-container .tab.active.dirty").count()) === 0;
    });
  }

  /** Titles of the lenses that are shown now. */
  lenses(): Promise<readonly string[]> {
    return this.editor.locator(".codelens-decoration a").allInnerTexts();
  }

  /** The lines of the terminal that is shown, without the empty ones. */
  async terminalLines(): Promise<readonly string[]> {
    await this.page.locator(`${activeTerminal} .xterm-rows`).first().waitFor();
    const lines = await this.page.evaluate<string[]>(`driver.getTerminalBuffer("${activeTerminal}")`);
    return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
  }

  terminalLine(pattern: RegExp): Promise<string> {
    const probe = async () => (await this.terminalLines()).find((line) => pattern.test(line));
    return this.until(`a line ${pattern} in the terminal`, probe);
  }

  /** Says yes to the question that the terminal waits with; an answered one is followed by other lines. */
  async sayYes(): Promise<void> {
    await this.until("a question in the terminal", async () =>
      /Only yes is taken as a yes:$/.test((await this.terminalLines()).at(-1) ?? ""),
    );
    await this.typeInTerminal("yes\r");
  }

  async typeInTerminal(text: string): Promise<void> {
    await this.page.evaluate(`driver.writeInTerminal("${activeTerminal}", ${JSON.stringify(text)})`);
  }

  /** All that the Test Explorer lists, once a test of that name is there; opens it. */
  tests(name: string): Promise<readonly string[]> {
    const rows = this.page.locator(".test-explorer .monaco-list-row");
    return this.until(`the test ${name}`, async () => {
      if (!(await rows.first().isVisible())) await this.command("Testing: Focus on Test Explorer View");
      const closed = this.page.locator(".test-explorer .monaco-tl-twistie.collapsed").first();
      if (await closed.isVisible()) await closed.click({ timeout: 2_000 });
      const found = await this.page.evaluate<string[]>(`
        [...document.querySelectorAll(".test-explorer .monaco-list-row .label")].map((label) =>
          [...label.childNodes].map((part) => part.textContent).filter(Boolean).join(", "))`);
      return found.some((label) => label.startsWith(name)) && found;
    });
  }

  /** Waits until the Test Explorer shows a test as passed or failed. */
  async testOutcome(name: string, outcome: "passed" | "failed"): Promise<void> {
    await this.tests(name);
    const row = this.page.locator(".test-explorer .monaco-list-row", { hasText: name });
    await row.locator(`.codicon-testing-${outcome}-icon`).first().waitFor();
  }

  /** The text of the extension's output channel that is on the screen; opens it. */
  async log(): Promise<string> {
    await this.command("Clockwork: Show Log");
    const output = this.page.locator(".output-view");
    await output.locator(".view-line").first().waitFor();
    const lines = await output.locator(".view-line").allTextContents();
    return lines.join("\n").replaceAll("\u00a0", " ");
  }
}

/** What an attempt gave; undefined where something it waited for did not come in its time. */
async function unlessLate<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return undefined;
    throw error;
  }
}

/** Whether something is shown within a time, in milliseconds. */
async function appears(what: Locator, timeout: number): Promise<boolean> {
  return (await unlessLate(what.waitFor({ timeout }).then(() => true))) === true;
}

interface Row {
  /** `Error: MESSAGE at line 3 and character 13. generated by clockwork`, or a file's name. */
  readonly label: string;
  readonly code: string;
}

function toProblem({ label, code }: Row): readonly Problem[] {
  const found = /^(Error|Warning|Info): ([\s\S]*) at line (\d+) and character (\d+)\./.exec(label);
  if (found === null) return [];
  const [, severity = "", message = "", line, column] = found;
  return [{ severity, code, message, line: Number(line), column: Number(column) }];
}
