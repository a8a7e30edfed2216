package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.host.HostCalls;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;
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
 *       they are still to be had when the process is about to die. Its compiler logs through a copy
 *       of Abseil of its own, which obeys nothing a process could set: two lines, once, at the
 *       first run; {@link #prime} makes that run and catches them;
 *   <li>{@code TF_OVERRIDE_GLOBAL_THREADPOOL=1} gives each model a pool of intra-op threads of its
 *       own. Without it all models share one, made by {@link #prime}.
 * </ul>
 */
public final class TensorFlowNative {
  private static final Logger LOG = LoggerFactory.getLogger(TensorFlowNative.class);

  /** Information as TensorFlow and Abseil print it, and Abseil's word on its own state. */
  private static final Pattern CHATTER =
      Pattern.compile("^I\\d{4} |^\\S+ \\S+ I |before absl::InitializeLog\\(\\) is called");

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
   * Lets TensorFlow do what it does once in a process: start its pools of threads, which inherit
   * the priority of the thread that calls this first, map its devices, and say what it says once,
   * which goes to the log.
   *
   * @throws IllegalStateException with TensorFlow's reason when it cannot start a session
   */
  public static void prime(TensorFlowSettings settings) {
    load();
    String said = HostCalls.catchingStderr(() -> runNothing(settings));
    said.lines().filter(line -> !line.isBlank()).forEach(TensorFlowNative::log);
  }

  private static void log(String line) {
    if (CHATTER.matcher(line).find()) {
      LOG.debug("{}", line);
    } else {
      LOG.warn("{}", line);
    }
  }

  /** A run of a graph of one op that does nothing. */
  private static void runNothing(TensorFlowSettings settings) {
    try (NativeStatus status = new NativeStatus();
        NativeOwner owner = new NativeOwner()) {
      TF_Graph graph = tensorflow.TF_NewGraph();
      owner.own(graph, () -> tensorflow.TF_DeleteGraph(graph));
      TF_Operation nothing =
          tensorflow.TF_FinishOperation(
              tensorflow.TF_NewOperation(graph, "NoOp", "nothing"), status.handle());
      require(status);
      TF_Session session = session(owner, graph, settings, status);
      PointerPointer<TF_Operation> targets = new PointerPointer<>(1);
      owner.own(targets, targets::close);
      PointerPointer<TF_Tensor> none = new PointerPointer<>(1);
      owner.own(none, none::close);
      targets.put(0, nothing);
      tensorflow.TF_SessionRun(
          session, null, null, none, 0, null, none, 0, targets, 1, null, status.handle());
      require(status);
    }
  }

  private static TF_Session session(
      NativeOwner owner, TF_Graph graph, TensorFlowSettings settings, NativeStatus status) {
    TF_SessionOptions options = SessionConfig.options(owner, settings, 0, status);
    TF_Session session = tensorflow.TF_NewSession(graph, options, status.handle());
    require(status);
    return owner.own(session, () -> tensorflow.TF_DeleteSession(session, status.handle()));
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
      TF_Session session = session(owner, graph, settings, status);
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
    private static final String ERRORS_ONLY = "2";

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
      boolean unused = HostCalls.setEnvironment("TF_CPP_MIN_LOG_LEVEL", ERRORS_ONLY, false);
      Loader.load(tensorflow.class);
      requireKnownStringLayout();
    }

    static void load() {
      // Calling it is what initialises the class.
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
