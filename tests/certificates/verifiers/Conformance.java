// Holds PDFs against standards with veraPDF, which shares no code with this project.
//
//     java -cp JARS Conformance.java 3a,ua1 FILE…
//
// stdout: a line for each file and standard: the file, the standard, how many rules were tried, those that it breaks.

import java.io.FileInputStream;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

public class Conformance {
  public static void main(String[] asked) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    for (int place = 1; place < asked.length; place++) {
      for (String standard : asked[0].split(",")) {
        System.out.println(asked[place] + "\t" + standard + "\t" + checked(asked[place], PDFAFlavour.fromString(standard)));
      }
    }
  }

  private static String checked(String file, PDFAFlavour standard) throws Exception {
    try (var parser = Foundries.defaultInstance().createParser(new FileInputStream(file), standard);
         var validator = Foundries.defaultInstance().createValidator(standard, false)) {
      var result = validator.validate(parser);
      return result.getTotalAssertions() + "\t" + result.getTestAssertions().stream()
          .filter(each -> each.getStatus() != TestAssertion.Status.PASSED)
          .map(each -> each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + ": " + each.getMessage())
          .distinct().sorted().collect(Collectors.joining("; "));
    }
  }
}
