package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.host.HostCalls;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * The native library itself: loading it, and what it says of itself.
 *
 * <p>Loading takes seconds (the library is 630 MB), so a process that will need it calls {@link
 * #load} early, on a thread of its own. TensorFlow reads some things from the environment only:
 *
 * <ul>
 *   <li>{@code TF_CPP_MIN_LOG_LEVEL}: 0 for everything it says, 1 without information, 2 (set here
 *       where nobody has set it) for errors only, 3 for fatal errors only. They go to stderr, where
 *       they are still to be had when the process is about to die. Part of TensorFlow logs through
 *       Abseil, which does not know the variable and is given the same level by its own functions;
 *   <li>{@code TF_OVERRIDE_GLOBAL_THREADPOOL=1} gives each model a pool of intra-op threads of its
 *       own. Without it all models share one, made by {@link #prime}.
 * </ul>
 */
public final class TensorFlowNative {
  private TensorFlowNative() {}

  /**
   * A device TensorFlow found.
   *
   * @param name such as {@code /job:localhost/replica:0/task:0/device:GPU:0}
   * @param type such as {@code CPU} or {@code GPU}
   * @param memoryBytes what TensorFlow may use of it
   */
  public record Device(String name, String type, long memoryBytes) {}

  /**
   * Loads the native library if it is not loaded; any thread, any number of times.
   *
   * @throws UnsatisfiedLinkError when there is none for this platform
   */
  public static void load() {
    Library.load();
  }

  /**
   * Lets TensorFlow start what it starts once in a process: its pools of threads, which inherit the
   * priority of the thread that calls this first, and the devices it maps.
   *
   * @throws IllegalStateException with TensorFlow's reason when it cannot start a session
   */
  public static void prime(TensorFlowSettings settings) {
    List<Device> unused = devices(settings);
  }

  /** TensorFlow's version, such as {@code 2.18.0}. */
  public static String version() {
    load();
    return tensorflow.TF_Version().getString();
  }

  /**
   * The devices TensorFlow sees. It maps GPUs once per process: the settings of the first call or
   * load decide.
   *
   * @throws IllegalStateException with TensorFlow's reason when it cannot start a session
   */
  public static List<Device> devices(TensorFlowSettings settings) {
    load();
    try (NativeStatus status = new NativeStatus();
        NativeOwner owner = new NativeOwner()) {
      TF_Graph graph = tensorflow.TF_NewGraph();
      owner.own(graph, () -> tensorflow.TF_DeleteGraph(graph));
      TF_SessionOptions options = SessionConfig.options(owner, settings, 0, status);
      TF_Session session = tensorflow.TF_NewSession(graph, options, status.handle());
      require(status);
      owner.own(session, () -> tensorflow.TF_DeleteSession(session, status.handle()));
      TF_DeviceList list = tensorflow.TF_SessionListDevices(session, status.handle());
      require(status);
      owner.own(list, () -> tensorflow.TF_DeleteDeviceList(list));
      List<Device> devices = new ArrayList<>();
      for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
        devices.add(
            new Device(
                tensorflow.TF_DeviceListName(list, i, status.handle()).getString(),
                tensorflow.TF_DeviceListType(list, i, status.handle()).getString(),
                tensorflow.TF_DeviceListMemoryBytes(list, i, status.handle())));
      }
      return List.copyOf(devices);
    }
  }

  private static void require(NativeStatus status) {
    if (!status.ok()) {
      throw new IllegalStateException("TensorFlow devices: " + status.brief());
    }
  }

  /** Its initialisation is the load: the JVM runs it once and lets other threads wait. */
  private static final class Library {
    private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";
    private static final int ERRORS_ONLY = 2;

    /** How the C++ names in {@code absl::lts_20230802} begin. */
    private static final String ABSEIL = "_ZN4absl12lts_20230802";

    private static final String FRAMEWORK = "libtensorflow_framework.so.2";

    static {
      if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
        throw new UnsatisfiedLinkError("byte order: big-endian (expected: little-endian)");
      }
      // JavaCPP would otherwise refuse allocations, after calling System.gc(), once the whole
      // process holds a multiple of the Java heap; a model server's memory is mostly native. The
      // deallocator thread has nothing to do, since everything is released by hand.
      setDefault("org.bytedeco.javacpp.maxbytes", "0");
      setDefault("org.bytedeco.javacpp.maxphysicalbytes", "0");
      setDefault("org.bytedeco.javacpp.nopointergc", "true");
      int logLevel = logLevel();
      boolean unused = HostCalls.setEnvironment(LOG_LEVEL, Integer.toString(logLevel), false);
      quieten(Loader.load(tensorflow.class), logLevel);
      requireKnownStringLayout();
    }

    static void load() {
      // Calling it is what initialises the class.
    }

    private static int logLevel() {
      String level = System.getenv(LOG_LEVEL);
      return level != null && level.matches("[0-3]") ? Integer.parseInt(level) : ERRORS_ONLY;
    }

    /** Abseil's own threshold, by the C++ names; without it two lines of information stay. */
    private static void quieten(@Nullable String jniLibrary, int logLevel) {
      if (jniLibrary != null) {
        Path framework = Path.of(jniLibrary).resolveSibling(FRAMEWORK);
        // Until Abseil counts as initialized it writes everything, and says so in a line.
        boolean unused =
            HostCalls.call(
                    framework, ABSEIL + "18SetStderrThresholdENS0_18LogSeverityAtLeastE", logLevel)
                && HostCalls.call(framework, ABSEIL + "12log_internal14SetInitializedEv");
      }
    }

    private static void setDefault(String property, String value) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, value);
      }
    }

    /** Writes the longest short string through the C API and looks at the bytes of its cell. */
    private static void requireKnownStringLayout() {
      byte[] text = new byte[StringCells.MAX_INLINE];
      Arrays.fill(text, (byte) 'd');
      byte[] expected = new byte[StringCells.CELL_BYTES];
      StringCells.inline(text, 0, text.length, expected, 0);
      byte[] written = new byte[StringCells.CELL_BYTES];
      try (BytePointer memory = new BytePointer(StringCells.CELL_BYTES);
          BytePointer source = new BytePointer(text)) {
        TF_TString cell = new NativePointers.StringCell().moveTo(memory.address());
        tensorflow.TF_TString_Init(cell);
        tensorflow.TF_TString_Copy(cell, source, text.length);
        memory.get(written, 0, written.length);
        tensorflow.TF_TString_Dealloc(cell);
      }
      if (!Arrays.equals(written, expected)) {
        throw new UnsatisfiedLinkError(
            "TensorFlow "
                + tensorflow.TF_Version().getString()
                + ": string cell: "
                + HexFormat.of().formatHex(written)
                + " (expected: "
                + HexFormat.of().formatHex(expected)
                + ")");
      }
    }
  }
}
