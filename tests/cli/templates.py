#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# templates.py FOLDER COMMANDS: reads the templates for CI servers as far as a machine can without the servers, and writes the
# commands that they run to COMMANDS/github, gitlab and jenkins, for templates.sh to run. Exit status 1: something does not
# hold; 77: no parser for YAML here.
import os
import re
import sys

try:
    import yaml
except ImportError:
    print("[SKIP] templates: the YAML files, for there is no python3-yaml")
    sys.exit(77)

folder, commands = sys.argv[1:]
secrets = ["CXM_CLIENT_SECRET", "GLIDEPATH_AUDITOR_KEY"]
script = "sh ci/glidepath-check.sh ci/target.yaml"
reports = "glidepath-reports"
n_faults = 0


def hold(condition, text):
    global n_faults
    if not condition:
        n_faults += 1
        print("FAILED: " + text)


def read(name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def write(name, command):
    hold(script in command, f"{name}: runs the script on the target")
    with open(os.path.join(commands, name), "w", encoding="utf-8") as file:
        file.write(command + "\n")


def step_of(steps, name):
    return next(step for step in steps if step.get("name") == name)


def github():
    text = read("github-actions.yml")
    workflow = yaml.safe_load(text)
    triggers = workflow[True]  # YAML 1.1 reads `on` so
    job = workflow["jobs"]["check"]
    steps = job["steps"]
    check = step_of(steps, "Check the instance")
    mask = step_of(steps, "Hide the secrets")
    hold("pull_request" not in triggers and "pull_request_target" not in triggers, "github: no secrets for pull requests")
    hold(steps.index(mask) < steps.index(check), "github: the secrets are hidden before they are used")
    for step in (check, mask):
        hold(step["env"] == {name: "${{ secrets.%s }}" % name for name in secrets}, "github: secrets from the store alone")
    holders = [step for step in steps if any(name in str(step) for name in secrets)]
    hold(holders == [mask, check] and not any(name in str(job["env"]) for name in secrets),
         "github: only the steps that need the secrets get them")
    hold("${{" not in check["run"] + mask["run"], "github: nothing of a context is put into a command")
    for name in ("Publish the reports", "Publish the test report", "Publish SARIF", "Keep what was refused"):
        step = step_of(steps, name)
        hold(step["if"].startswith("always()"), f"github: also after a failure: {name}")
        hold(steps.index(step) > steps.index(check), f"github: after the check: {name}")
    hold(step_of(steps, "Publish the reports")["with"]["path"] == reports + "/", "github: the folder of reports")
    hold(step_of(steps, "Publish the test report")["with"]["path"] == reports + "/junit.xml", "github: JUnit")
    hold(workflow["permissions"] == {"contents": "read", "checks": "write", "security-events": "write"},
         "github: no right more than needed")
    hold("continue-on-error:" not in text, "github: a failure fails")
    hold("concurrency" in workflow, "github: one run at a time")
    write("github", check["run"])
    with open(os.path.join(commands, "mask"), "w", encoding="utf-8") as file:
        file.write(mask["run"])


def gitlab():
    job = yaml.safe_load(read("gitlab-ci.yml"))["glidepath"]
    artifacts = job["artifacts"]
    hold(job["retry"] == 0 and job["allow_failure"] is False, "gitlab: no retry, and a failure fails")
    hold(artifacts["when"] == "always" and artifacts["paths"] == [reports + "/"], "gitlab: reports after a failure, too")
    hold(artifacts["reports"]["junit"] == reports + "/junit.xml", "gitlab: JUnit")
    hold(not any(name in str(job) for name in secrets), "gitlab: the job's definition has no secret")
    hold("resource_group" in job, "gitlab: one run at a time")
    write("gitlab", "\n".join(job["script"]))


# Whether brackets close in order, outside strings and comments.
def is_balanced(text):
    text = re.sub(r"//[^\n]*|'[^'\n]*'|\"[^\"\n]*\"", "", text)
    opened = []
    for character in text:
        if character in "([{":
            opened.append({"(": ")", "[": "]", "{": "}"}[character])
        elif character in ")]}" and (not opened or opened.pop() != character):
            return False
    return not opened


def jenkins():
    text = read("Jenkinsfile")
    code = re.sub(r"(?m)^ *//.*$", "", text)
    hold(is_balanced(text), "jenkins: brackets")
    hold(not re.search(r"\bretry *\(", code), "jenkins: no retry")
    hold("disableConcurrentBuilds()" in code, "jenkins: one run at a time")
    for name in secrets:
        hold(len(re.findall(name, code)) == 1 and f"variable: '{name}'" in code, f"jenkins: {name} is bound, and nothing else")
    post = code[code.index("post {"):]
    hold("always {" in post and f"junit(testResults: '{reports}/junit.xml'" in post, "jenkins: JUnit after a failure, too")
    hold(f"archiveArtifacts(artifacts: '{reports}/*'" in post, "jenkins: reports after a failure, too")
    hold("returnStatus: true" in code and "error(" in code, "jenkins: the status fails the build")
    write("jenkins", re.search(r"script: '([^']*)'", code).group(1))


github()
gitlab()
jenkins()
sys.exit(1 if n_faults else 0)
