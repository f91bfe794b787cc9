// SPDX-License-Identifier: Apache-2.0
//
// Runs a Jenkinsfile as far as that can be done without Jenkins: Groovy itself compiles it, and the words of the declarative
// pipeline and of the steps it uses are given a meaning here. A word that it does not know is a mistake. Prints each step, and
// ends with status 1 when the build fails.
// Arguments: JENKINSFILE.
class Pipeline {
    def words = [WORKSPACE: System.getenv('PWD')]
    def bound = [:]
    def failure = null

    // What only says how to run: told, and nothing more.
    void tell(name, arguments) { println "step: ${name} ${arguments.findAll { !(it instanceof Closure) }}" }

    def pipeline(body) {
        within(body)
        println(failure == null ? 'build: SUCCESS' : "build: FAILURE ${failure.message}")
        System.out.flush()
        System.exit(failure == null ? 0 : 1)
    }
    def within(body) {
        body.delegate = this
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body()
    }
    def agent(body) { within(body) }
    def options(body) { within(body) }
    def triggers(body) { within(body) }
    def environment(body) { within(body) }
    // What comes behind a failed stage is left out; `post` is not.
    def stages(body) {
        try {
            within(body)
        } catch (BuildFailed e) {
            failure = e
        }
    }
    def stage(name, body) { println "stage: $name"; within(body) }
    def steps(body) { within(body) }
    def script(body) { within(body) }
    def post(body) { within(body) }
    def always(body) { within(body) }
    def string(arguments) { arguments }
    def withCredentials(list, body) {
        list.each { bound[it.variable] = "test-secret-not-real of ${it.credentialsId}".toString() }
        within(body)
        bound.clear()
    }
    def sh(arguments) {
        tell('sh', [arguments])
        def process = new ProcessBuilder('sh', '-xe', '-c', arguments.script).inheritIO()
        process.environment().putAll(bound)
        process.environment().putAll(words.collectEntries { [it.key, it.value.toString()] })
        def status = process.start().waitFor()
        if (arguments.returnStatus) { return status }
        if (status != 0) { throw new BuildFailed("script returned exit code $status") }
    }
    def error(text) { throw new BuildFailed(text.toString()) }
    def label(Object... arguments) { tell('label', arguments) }
    def cron(Object... arguments) { tell('cron', arguments) }
    def timeout(Object... arguments) { tell('timeout', arguments) }
    def disableConcurrentBuilds(Object... arguments) { tell('disableConcurrentBuilds', arguments) }
    def logRotator(arguments) { arguments }
    def buildDiscarder(Object... arguments) { tell('buildDiscarder', arguments) }
    def junit(arguments) { publish('junit', arguments.testResults, arguments.allowEmptyResults) }
    def archiveArtifacts(arguments) { publish('archiveArtifacts', arguments.artifacts, arguments.allowEmptyArchive) }
    def publish(name, pattern, mayBeEmpty) {
        def (folder, glob) = pattern.split('/')
        def matcher = java.nio.file.FileSystems.default.getPathMatcher("glob:$glob")
        def files = (new File(folder).list() ?: []).findAll { matcher.matches(java.nio.file.Path.of(it)) }.sort()
        println "step: $name $files"
        if (files.empty && !mayBeEmpty) { failure = failure ?: new BuildFailed("$name found nothing") }
    }
    // NAME = value, under `environment`.
    void setProperty(String name, value) { words[name] = value }
    def propertyMissing(String name) {
        if (!words.containsKey(name)) { throw new MissingPropertyException(name, Pipeline) }
        words[name]
    }
}

class BuildFailed extends RuntimeException {
    BuildFailed(text) { super(text.toString()) }
}

def jenkinsfile = new GroovyShell().parse(new File(args[0]))
def pipeline = new Pipeline()
jenkinsfile.metaClass.pipeline = { body -> pipeline.pipeline(body) }
jenkinsfile.run()
