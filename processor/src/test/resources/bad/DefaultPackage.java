import io.dyno.VllmBenchmark;

@VllmBenchmark
class DefaultPackage {} // error: DYNO-202 says <DefaultPackage is in the default package, which other packages cannot name; give the file a package>
