package io.dunlin.node.host;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * C functions as method handles. {@code java.lang.foreign} is there for good since Java 22 and this
 * is built for 21, so it is reached by reflection, once for each function; calls through the
 * handles are direct.
 */
final class ForeignFunctions {
  /** A type in a C signature. */
  enum Type {
    INT("JAVA_INT"),
    LONG("JAVA_LONG"),
    POINTER("ADDRESS");

    private final String layout;

    Type(String layout) {
      this.layout = layout;
    }
  }

  private static final String PACKAGE = "java.lang.foreign.";

  private ForeignFunctions() {}

  /** A function of the C library that returns an int. */
  static Optional<MethodHandle> returningInt(String name, Type... arguments) {
    return attempt(() -> handle(name, layout(Type.INT), arguments));
  }

  /**
   * A function of the C library without arguments that returns a structure of longs; the handle
   * writes it into the buffer.
   */
  static Optional<MethodHandle> returningLongs(String name, int count, ByteBuffer into) {
    return attempt(
        () -> {
          Class<?> layouts = type("MemoryLayout");
          Object members = Array.newInstance(layouts, count);
          for (int i = 0; i < count; i++) {
            Array.set(members, i, layout(Type.LONG));
          }
          Object struct =
              layouts.getMethod("structLayout", members.getClass()).invoke(null, members);
          Object allocator =
              type("SegmentAllocator")
                  .getMethod("prefixAllocator", type("MemorySegment"))
                  .invoke(null, segment(into));
          return handle(name, struct).bindTo(allocator);
        });
  }

  /** A direct buffer as an argument of type {@link Type#POINTER}. */
  static Object segment(ByteBuffer direct) throws ReflectiveOperationException {
    return type("MemorySegment").getMethod("ofBuffer", java.nio.Buffer.class).invoke(null, direct);
  }

  private interface Finder {
    MethodHandle find() throws ReflectiveOperationException;
  }

  private static Optional<MethodHandle> attempt(Finder finder) {
    try {
      return Optional.of(finder.find());
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      // No such function here, no java.lang.foreign, or native access is denied.
      return Optional.empty();
    }
  }

  private static MethodHandle handle(String name, Object result, Type... types)
      throws ReflectiveOperationException {
    Class<?> layouts = type("MemoryLayout");
    Object arguments = Array.newInstance(layouts, types.length);
    for (int i = 0; i < types.length; i++) {
      Array.set(arguments, i, layout(types[i]));
    }
    Class<?> descriptors = type("FunctionDescriptor");
    Object descriptor =
        descriptors.getMethod("of", layouts, arguments.getClass()).invoke(null, result, arguments);
    Object lookup = type("Linker").getMethod("defaultLookup").invoke(linker());
    Object address =
        ((Optional<?>) type("SymbolLookup").getMethod("find", String.class).invoke(lookup, name))
            .orElseThrow();
    Class<?> options = Class.forName(PACKAGE + "Linker$Option");
    Method downcall =
        type("Linker")
            .getMethod("downcallHandle", type("MemorySegment"), descriptors, options.arrayType());
    return (MethodHandle)
        downcall.invoke(linker(), address, descriptor, Array.newInstance(options, 0));
  }

  private static Object linker() throws ReflectiveOperationException {
    return type("Linker").getMethod("nativeLinker").invoke(null);
  }

  private static Object layout(Type type) throws ReflectiveOperationException {
    return type("ValueLayout").getField(type.layout).get(null);
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + name);
  }
}
